package smsc

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

const phoneA, phoneB = "13800138001", "13800138002"

func TestMOIsDeliveredAndAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		id := inject(t, s, phoneA, "BOOK G123 2")
		require.Equal(t, 1, s.Pending())
		require.Equal(t, Queued, mustMO(t, s, id).State)

		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		require.Equal(t, []string{"BOOK G123 2"}, e.texts())
		p := e.pdus()[0]
		require.Equal(t, phoneA, p.Source.Addr)
		require.Equal(t, "12345", p.Dest.Addr)

		m, err := s.WaitMO(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, Acked, m.State)
		require.Equal(t, []Outcome{Answered}, outcomes(m))
		require.False(t, m.Acked.IsZero())
		require.NoError(t, s.WaitIdle(t.Context()))
	})
}

func TestMOIsSentAgainAfterARefusalForNow(t *testing.T) {
	for _, status := range []pdu.Status{pdu.ESME_RX_T_APPN, pdu.ESME_RTHROTTLED, pdu.ESME_RMSGQFUL, pdu.ESME_RSYSERR} {
		t.Run(status.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{ResendAfter: 3 * time.Second})
				e := bindVia(t, s, pdu.BindReceiver, "gw")
				e.answer(status, status)
				first := inject(t, s, phoneA, "one")
				second := inject(t, s, phoneA, "two")
				third := inject(t, s, phoneB, "other")
				require.Equal(t, []string{"one", "other"}, e.texts(), "the texts of one number keep their order, others overtake")

				time.Sleep(3*time.Second - time.Millisecond)
				require.Len(t, e.texts(), 2)
				time.Sleep(time.Millisecond)
				var texts []string
				for i, p := range e.pdus() {
					if p.Source.Addr == phoneA {
						texts = append(texts, e.texts()[i])
					}
				}
				require.Equal(t, []string{"one", "one", "two"}, texts)
				for _, id := range []int64{first, second, third} {
					require.Equal(t, Acked, mustMO(t, s, id).State)
				}
				m := mustMO(t, s, first)
				require.Equal(t, status, m.Deliveries[0].Status)
				require.Equal(t, 3*time.Second, m.Deliveries[1].Sent.Sub(m.Deliveries[0].Answered))
			})
		})
	}
}

func TestMOIsGivenUpAfterARefusalForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		e.answer(pdu.ESME_RX_P_APPN)
		first, second := inject(t, s, phoneA, "one"), inject(t, s, phoneA, "two")
		require.Equal(t, []string{"one", "two"}, e.texts())
		m := mustMO(t, s, first)
		require.Equal(t, Rejected, m.State)
		require.Equal(t, pdu.ESME_RX_P_APPN, m.Status)
		require.True(t, m.Acked.IsZero())
		require.Equal(t, Acked, mustMO(t, s, second).State)
		require.Zero(t, s.Pending())
	})
}

func TestMOWithoutAnAnswerIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{RespTimeout: 5 * time.Second, ResendAfter: time.Second})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		e.setMute(true)
		id := inject(t, s, phoneA, "one")
		synctest.Wait()
		e.setMute(false)
		time.Sleep(5*time.Second + 999*time.Millisecond)
		require.Len(t, e.pdus(), 1)
		time.Sleep(10 * time.Millisecond)
		require.Len(t, e.pdus(), 2)
		require.Equal(t, []Outcome{Unknown, Answered}, outcomes(mustMO(t, s, id)))
	})
}

func TestMOIsSentAgainAfterARebind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		e.setMute(true)
		id := inject(t, s, phoneA, "one")
		next := inject(t, s, phoneA, "two")
		require.Len(t, e.pdus(), 1)
		require.Equal(t, 1, s.Drop())
		synctest.Wait()
		require.ErrorIs(t, e.session.Err(), smpp.ErrPeerClosed)
		require.Empty(t, s.Binds())

		e = bindVia(t, s, pdu.BindTransceiver, "gw")
		require.Equal(t, []string{"one", "two"}, e.texts())
		require.Equal(t, []Outcome{Unknown, Answered}, outcomes(mustMO(t, s, id)))
		require.Equal(t, int64(2), mustMO(t, s, next).Deliveries[0].Bind)
	})
}

func TestMOWindowAndSeveralBinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Window: 3})
		a, b := bindVia(t, s, pdu.BindReceiver, "gw"), bindVia(t, s, pdu.BindTransceiver, "gw")
		tx := bindVia(t, s, pdu.BindTransmitter, "gw")
		require.Len(t, s.Binds(), 3)
		a.setMute(true)
		b.setMute(true)
		for i := range 20 {
			inject(t, s, fmt.Sprint(13900000000+i), "x")
		}
		require.Len(t, a.pdus(), 3)
		require.Len(t, b.pdus(), 3)
		require.Empty(t, tx.pdus())
		a.setMute(false)
		time.Sleep(time.Minute) // what was not answered is lost and sent again
		b.setMute(false)
		require.NoError(t, s.WaitIdle(timeout(t, time.Hour)))
	})
}

func TestMOToOneESME(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		a, b := bindVia(t, s, pdu.BindTransceiver, "a"), bindVia(t, s, pdu.BindTransceiver, "b")
		for range 6 {
			_, err := s.Inject(phoneA, "12345", "for b", MOOptions{SystemID: "b"})
			require.NoError(t, err)
		}
		require.Len(t, b.pdus(), 6)
		require.Empty(t, a.pdus())
	})
}

func TestMOForms(t *testing.T) {
	long := strings.Repeat("0123456789 ", 40)
	for _, text := range []string{"", "short", "订G123两张", long, strings.Repeat("订票", 60), strings.Repeat("é€[", 90)} {
		for form, kind := range map[LongForm]coding.ReferenceKind{UDH8: coding.ReferenceUDH8, UDH16: coding.ReferenceUDH16, SAR: coding.ReferenceSAR, Payload: 0} {
			t.Run(fmt.Sprintf("%d runes, form %d", len([]rune(text)), form), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := New(Config{})
					e := bindVia(t, s, pdu.BindTransceiver, "gw")
					_, err := s.Inject(phoneA, "12345", text, MOOptions{Long: form})
					require.NoError(t, err)
					var parts []coding.Fragment
					for _, p := range e.pdus() {
						require.LessOrEqual(t, len(p.ShortMessage), 160)
						f, single := s.fragment(p)
						if single {
							got, err := f.Text(coding.GSM7)
							require.NoError(t, err)
							require.Equal(t, text, got)
							return
						}
						require.Equal(t, kind, f.Key.Kind)
						parts = append(parts, f)
					}
					got, complete, _, err := coding.Join(coding.GSM7, parts)
					require.NoError(t, err)
					require.True(t, complete)
					require.Equal(t, text, got)
				})
			})
		}
	}
}

func TestMOPartsAreAcknowledgedOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		e.answer(pdu.ESME_ROK, pdu.ESME_RX_T_APPN)
		id := inject(t, s, phoneA, strings.Repeat("x", 400))
		require.Len(t, e.pdus(), 2)
		require.Equal(t, Queued, mustMO(t, s, id).State)
		time.Sleep(time.Second)
		synctest.Wait()
		m := mustMO(t, s, id)
		require.Equal(t, Acked, m.State)
		var parts []int
		for _, d := range m.Deliveries {
			parts = append(parts, d.Part)
		}
		require.Equal(t, []int{1, 2, 2, 3}, parts)
	})
}

func TestMOOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		_, err := s.Inject("+8613800138001", "12345", "hé", MOOptions{Encoding: coding.Latin1, Dest: &pdu.Address{TON: 3, Addr: "999"},
			Edit: func(_ int, p *pdu.PDU) { p.ServiceType = "CMT" }})
		require.NoError(t, err)
		p := e.pdus()[0]
		require.Equal(t, pdu.Address{TON: 1, NPI: 1, Addr: "8613800138001"}, p.Source)
		require.Equal(t, pdu.Address{TON: 3, Addr: "999"}, p.Dest)
		require.Equal(t, "CMT", p.ServiceType)
		require.Equal(t, byte(coding.DataCodingLatin1), p.DataCoding)

		_, err = s.Inject("Railway", "12345", "x", MOOptions{Source: &pdu.Address{TON: 5, Addr: "Rail"}})
		require.NoError(t, err)
		require.Equal(t, pdu.Address{TON: 5, Addr: "Rail"}, e.pdus()[1].Source)
	})
}

func TestInjectRefuses(t *testing.T) {
	s := New(Config{QueueLimit: 1})
	_, err := s.Inject("", "12345", "x", MOOptions{})
	require.ErrorIs(t, err, ErrAddress)
	_, err = s.Inject(phoneA, "12345", strings.Repeat("x", 255*153+1), MOOptions{})
	require.ErrorIs(t, err, coding.ErrTooLong)
	_, err = s.Inject(phoneA, "12345", "订", MOOptions{Encoding: coding.GSM7})
	require.ErrorIs(t, err, coding.ErrNotRepresentable)
	_, err = s.Inject(phoneA, strings.Repeat("1", 30), "x", MOOptions{})
	require.ErrorIs(t, err, pdu.ErrTooLong)
	_, err = s.Inject(phoneA, "12345", strings.Repeat("x", 65000), MOOptions{Long: Payload, Edit: func(_ int, p *pdu.PDU) { p.ServiceType = "a\x00b" }})
	require.ErrorIs(t, err, pdu.ErrNUL)
	inject(t, s, phoneA, "x")
	_, err = s.Inject(phoneA, "12345", "y", MOOptions{})
	require.ErrorIs(t, err, ErrQueueFull)
	require.Len(t, s.Ledger().MOs, 1)
}

func TestFifo(t *testing.T) {
	var f fifo
	next, want := 0, 0
	for round := range 50 {
		for range round * 3 {
			f.push(&queue{items: make([]*mo, next)})
			next++
		}
		for f.len() > round {
			require.Len(t, f.first().items, want)
			f.pop()
			want++
		}
		require.LessOrEqual(t, len(f.items), 2*f.len()+150)
	}
}

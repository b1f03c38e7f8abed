package smsc

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

func TestMTReachesTheHandset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		var seen []string
		s.OnText(func(x Text) { seen = append(seen, x.From+">"+x.To+": "+x.Text) })
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		last := uint64(0)
		for _, text := range []string{"one", "two", "three"} {
			resp := e.submit(submitSM("12345", phoneA, text))
			require.Equal(t, pdu.ESME_ROK, resp.Status)
			id, err := strconv.ParseUint(resp.MessageID, 10, 64)
			require.NoError(t, err)
			require.Greater(t, id, last)
			last = id
		}
		got, err := s.Wait(t.Context(), "+"+phoneA, 3)
		require.NoError(t, err)
		require.Equal(t, "two", got[1].Text)
		require.Equal(t, "12345", got[1].From)
		require.Equal(t, []string{"12345>" + phoneA + ": one", "12345>" + phoneA + ": two", "12345>" + phoneA + ": three"}, seen)
		require.Empty(t, s.Inbox(phoneB))

		after, err := s.NextText(t.Context(), phoneA, got[1].ID)
		require.NoError(t, err)
		require.Equal(t, "three", after.Text)
		_, err = s.NextText(timeout(t, time.Second), phoneA, s.LastText())
		require.Error(t, err)
		all, err := s.Wait(timeout(t, time.Second), phoneA, 4)
		require.Error(t, err)
		require.Len(t, all, 3)
	})
}

func TestMTPartsAreJoined(t *testing.T) {
	text := strings.Repeat("订票 G123 ", 30)
	parts, err := coding.Split(text, coding.SplitOptions{Reference: 7})
	require.NoError(t, err)
	require.Greater(t, len(parts), 2)
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		send := func(i int) {
			p := submitSM("12345", phoneA, "")
			p.ESMClass, p.DataCoding, p.ShortMessage = parts[i].ESMClass, byte(parts[i].DataCoding), parts[i].ShortMessage
			require.Equal(t, pdu.ESME_ROK, e.submit(p).Status)
		}
		for i := len(parts) - 1; i > 0; i-- {
			send(i)
			send(i) // a copy changes nothing
			require.Empty(t, s.Inbox(phoneA))
		}
		send(0)
		got := s.Inbox(phoneA)
		require.Len(t, got, 1)
		require.Equal(t, text, got[0].Text)
		l := s.Ledger()
		require.Len(t, got[0].MTs, len(l.MTs))
		require.Equal(t, len(parts), l.MTs[0].Parts)
		require.Equal(t, got[0].ID, l.MTs[0].Shown)
	})
}

func TestMTPartsThatNeverEndAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		for i := range 3 * maxOpen {
			p := submitSM("12345", phoneA, "")
			p.ESMClass, p.ShortMessage = coding.ESMClassUDHI, []byte{5, 0, 3, byte(i), 2, 1, 'x'}
			e.submit(p)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Len(t, s.inbox[phoneA].open, maxOpen)
	})
}

func TestDataSMAndOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		resp := e.submit(&pdu.PDU{Header: pdu.Header{ID: pdu.DataSM}, Source: pdu.Address{Addr: "12345"}, Dest: pdu.Address{Addr: phoneA},
			DataCoding: 8, TLVs: []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: coding.EncodeUCS2("你好")}}})
		require.Equal(t, pdu.ESME_ROK, resp.Status)
		require.Equal(t, "你好", s.Inbox(phoneA)[0].Text)

		q := e.submit(&pdu.PDU{Header: pdu.Header{ID: pdu.QuerySM}, MessageID: resp.MessageID})
		require.Equal(t, pdu.ESME_ROK, q.Status)
		require.Equal(t, byte(coding.StateDelivered), q.MessageState)
		require.Len(t, q.FinalDate, 16)
		for id, known := range map[pdu.CommandID]pdu.Status{pdu.QuerySM: pdu.ESME_ROK, pdu.CancelSM: pdu.ESME_RCANCELFAIL, pdu.ReplaceSM: pdu.ESME_RREPLACEFAIL} {
			require.Equal(t, pdu.ESME_RINVMSGID, e.submit(&pdu.PDU{Header: pdu.Header{ID: id}, MessageID: "0"}).Status, id)
			require.Equal(t, known, e.submit(&pdu.PDU{Header: pdu.Header{ID: id}, MessageID: resp.MessageID}).Status, id)
		}
		require.Equal(t, pdu.ESME_RINVDSTADR, e.submit(submitSM("12345", "", "x")).Status)
	})
}

func TestReceipts(t *testing.T) {
	for name, x := range map[string]struct {
		r          Receipts
		registered byte
		want       bool
		state      coding.MessageState
	}{
		"asked":                   {Receipts{}, 1, true, coding.StateDelivered},
		"not asked":               {Receipts{}, 0, false, 0},
		"failure only":            {Receipts{}, 2, false, 0},
		"failure only and failed": {Receipts{State: coding.StateUndeliverable}, 2, true, coding.StateUndeliverable},
		"success only":            {Receipts{}, 3, true, coding.StateDelivered},
		"success only and failed": {Receipts{State: coding.StateExpired}, 3, false, 0},
		"off":                     {Receipts{Off: true}, 1, false, 0},
		"hexadecimal":             {Receipts{HexID: true}, 1, true, coding.StateDelivered},
		"bare":                    {Receipts{Bare: true}, 1, true, coding.StateDelivered},
		"rejected":                {Receipts{State: coding.StateRejected}, 1, true, coding.StateRejected},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{Receipts: x.r})
				other := bindVia(t, s, pdu.BindTransceiver, "other")
				rx, tx := bindVia(t, s, pdu.BindReceiver, "gw"), bindVia(t, s, pdu.BindTransmitter, "gw")
				p := submitSM("12345", phoneA, "PAID CNY1106. And more than twenty")
				p.RegisteredDelivery = x.registered
				resp := tx.submit(p)
				require.Empty(t, other.pdus())
				if !x.want {
					require.Empty(t, rx.pdus())
					return
				}
				d := rx.pdus()[0]
				require.True(t, coding.IsReceipt(d.ESMClass))
				require.Equal(t, phoneA, d.Source.Addr)
				r, err := coding.ParseReceipt(rx.texts()[0])
				require.NoError(t, err)
				require.Equal(t, x.state, r.State)
				require.Equal(t, "PAID CNY1106. And mo", r.Text)
				id := resp.MessageID
				if x.r.HexID {
					id = "f4241"
					require.Equal(t, "1000001", resp.MessageID)
				}
				require.Equal(t, id, r.ID)
				_, tlv := d.TLV(pdu.TagReceiptedMessageID)
				require.Equal(t, !x.r.Bare, tlv)
				require.Equal(t, resp.MessageID, s.Ledger().Receipts[0].Receipt)
				require.Equal(t, Acked, s.Ledger().Receipts[0].State)
			})
		})
	}
}

func TestReceiptsEarlyAndLate(t *testing.T) {
	for _, delay := range []time.Duration{-2 * time.Second, 2 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := New(Config{})
			s.SetReceipts(Receipts{Delay: delay})
			e := bindVia(t, s, pdu.BindTransceiver, "gw")
			p := submitSM("12345", phoneA, "x")
			p.RegisteredDelivery = 1
			answered := make(chan time.Time, 1)
			start := time.Now()
			require.NoError(t, e.session.TrySend(p, func(*pdu.PDU, error) { answered <- time.Now() }))
			if delay < 0 {
				require.Len(t, e.pdus(), 1, "the receipt overtakes")
				require.Equal(t, -delay, (<-answered).Sub(start))
				return
			}
			require.Zero(t, (<-answered).Sub(start))
			require.Empty(t, e.pdus())
			time.Sleep(delay)
			require.Len(t, e.pdus(), 1)
		})
	}
}

func TestCallbacksMayUseTheSMSC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.OnText(func(x Text) {
			if n := len(s.Inbox(x.To)); n < 4 {
				_, err := s.Inject(x.To, x.From, strconv.Itoa(n), MOOptions{})
				require.NoError(t, err)
			}
		})
		for range 3 {
			e.submit(submitSM("12345", phoneA, "x"))
		}
		require.Equal(t, []string{"1", "2", "3"}, e.texts())
	})
}

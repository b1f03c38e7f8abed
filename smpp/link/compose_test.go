package link

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Each way of a long text arrives whole at the carrier.
func TestLongTexts(t *testing.T) {
	text := strings.Repeat("Zug 7 nach Köln {1} ", 30)
	for name, c := range map[string]struct {
		cfg   Config
		parts int
		check func(t *testing.T, p *pdu.PDU)
	}{
		"udh8":  {Config{}, 5, func(t *testing.T, p *pdu.PDU) { require.Equal(t, byte(5), p.ShortMessage[0]) }},
		"udh16": {Config{Long: LongUDH16}, 5, func(t *testing.T, p *pdu.PDU) { require.Equal(t, byte(6), p.ShortMessage[0]) }},
		"sar":   {Config{Long: LongSAR}, 5, func(t *testing.T, p *pdu.PDU) { require.Zero(t, p.ESMClass) }},
		"payload": {Config{Long: LongPayload}, 1, func(t *testing.T, p *pdu.PDU) {
			require.Empty(t, p.ShortMessage)
			require.Zero(t, p.ESMClass)
		}},
		"data_sm":         {Config{DataSM: true}, 5, func(t *testing.T, p *pdu.PDU) { require.Equal(t, pdu.DataSM, p.ID) }},
		"data_sm payload": {Config{DataSM: true, Long: LongPayload, Reference: true, Validity: time.Hour}, 1, func(t *testing.T, p *pdu.PDU) { require.Len(t, p.TLVs, 2) }},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, c.cfg, func(t *testing.T, w *world) {
				var out results
				out.send(w, mt(5, phone, text))
				synctest.Wait()
				require.Equal(t, booking.Done, out.all()[0].Verdict)
				require.Len(t, w.carrier.got, c.parts)
				var list []coding.Fragment
				for _, p := range w.carrier.got {
					c.check(t, p)
					in := inboundOf("", p)
					f, single, err := coding.ExtractFragment(in)
					require.NoError(t, err)
					require.Equal(t, c.parts == 1, single)
					list = append(list, f)
				}
				if c.parts == 1 {
					got, err := list[0].Text(coding.GSM7)
					require.NoError(t, err)
					require.Equal(t, text, got)
					return
				}
				got, complete, _, err := coding.Join(coding.GSM7, list)
				require.NoError(t, err)
				require.True(t, complete)
				require.Equal(t, text, got)
			})
		})
	}
}

func octetOf(v uint8) *uint8 { return &v }

// What the carrier wants of addresses, receipts and validity.
func TestSubmitFields(t *testing.T) {
	run(t, Config{SourceTON: octetOf(3), SourceNPI: octetOf(0), DestTON: octetOf(2), DestNPI: octetOf(8), Registered: RegisterAll, Reference: true,
		Validity: 49*time.Hour + 30*time.Minute + 5*time.Second}, func(t *testing.T, w *world) {
		var out results
		out.send(w, mt(5, phone, "hi"))
		synctest.Wait()
		p := w.carrier.got[0]
		require.Equal(t, pdu.Address{TON: 3, Addr: code}, p.Source)
		require.Equal(t, pdu.Address{TON: 2, NPI: 8, Addr: phone.String()}, p.Dest)
		require.EqualValues(t, 1, p.RegisteredDelivery)
		require.Equal(t, "000002013005000R", p.ValidityPeriod)
		_, ok := p.TLV(pdu.TagUserMessageReference)
		require.True(t, ok)
		require.True(t, out.whole()[0].Receipt)
	})
	run(t, Config{Registered: RegisterNone, Reference: true, DataSM: true, Validity: time.Hour}, func(t *testing.T, w *world) {
		var out results
		m := mt(5, phone, "hi")
		m.Receipt = true
		out.send(w, m)
		synctest.Wait()
		p := w.carrier.got[0]
		require.Zero(t, p.RegisteredDelivery)
		require.False(t, out.whole()[0].Receipt)
		ttl, _ := uintOf(p, pdu.TagQosTimeToLive)
		require.EqualValues(t, 3600, ttl)
		require.Equal(t, []string{"hi"}, w.carrier.texts())
	})
}

// The agreed rate counts parts and is kept for as long as it takes.
func TestS05AgreedRate(t *testing.T) {
	run(t, Config{Rate: 10, Window: 100}, func(t *testing.T, w *world) {
		var out results
		for i := range int64(100) {
			out.send(w, mt(i, phone+booking.MSISDN(i), strings.Repeat("two ", 50)))
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		n := len(w.carrier.texts())
		require.InDelta(t, 100, n, 2)
		time.Sleep(11 * time.Second)
		require.Len(t, w.carrier.texts(), 200)
		require.InDelta(t, 10, w.Stats().Rate, 0)
	})
}

// S07: the table of statuses overrules the standard, both ways.
func TestS07StatusTable(t *testing.T) {
	l := New(Config{Statuses: map[uint32]bool{0x400: true, 8: false}, TryAgain: []pdu.Status{0x401}}, &sink{}, nil)
	for s := pdu.Status(1); s < 0x500; s++ {
		want := s == pdu.ESME_RTHROTTLED || s == pdu.ESME_RMSGQFUL || s == 0x400 || s == 0x401
		require.Equal(t, want, l.means(s), s)
	}
}

// S17: ids of answers and receipts meet in one form.
func TestS17ReceiptIDs(t *testing.T) {
	for _, c := range []struct {
		rule            ReceiptIDs
		answer, receipt string
		same            bool
	}{
		{IDsSame, "7B", "7B", true}, {IDsSame, "7B", "7b", false}, {IDsSame, "7B", "123", false},
		{IDsHexToDecimal, "7B", "123", true}, {IDsHexToDecimal, "0000007b", "0000000123", true}, {IDsHexToDecimal, "not-a-number", "not-a-number", true},
		{IDsDecimalToHex, "123", "7B", true}, {IDsDecimalToHex, "00123", "7b", true}, {IDsDecimalToHex, "123", "123", false},
		{IDsAny, "7B", "7b", true}, {IDsAny, "123", "0000007B", true}, {IDsAny, "7b", "123", true}, {IDsAny, "0042", "42", true}, {IDsAny, "1", "2", false},
	} {
		a, r := c.rule.canonical(c.answer, false), c.rule.canonical(c.receipt, true)
		same := a == r
		for _, f := range c.rule.forms(r) {
			same = same || f == a
		}
		require.Equal(t, c.same, same, "%+v", c)
	}
}

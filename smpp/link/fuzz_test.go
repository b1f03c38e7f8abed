package link

import (
	"context"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Whatever a carrier delivers is answered once, and reaches the sink as UTF-8
// or not at all.
func FuzzDeliver(f *testing.F) {
	f.Add("8613800138000", uint8(1), uint8(0), uint8(0), []byte("BOOK G123"), []byte(nil), uint8(0), uint8(0))
	f.Add("Bank", uint8(5), uint8(0x40), uint8(8), []byte{5, 0, 3, 1, 2, 1, 0, 'A'}, []byte(nil), uint8(0), uint8(0))
	f.Add("8613800138000", uint8(1), uint8(0x40), uint8(8), []byte{5, 0, 3, 1, 2, 1, 0, 'A'}, []byte(nil), uint8(0), uint8(0))
	f.Add("8613800138000", uint8(1), uint8(0), uint8(0xF1), []byte(nil), []byte("payload"), uint8(3), uint8(2))
	f.Add("8613800138000", uint8(1), uint8(4), uint8(0), []byte("id:1 stat:DELIVRD text:x"), []byte(nil), uint8(0), uint8(0))
	c, in := &carrier{}, &sink{}
	l := New(Config{Name: "fuzz", SystemID: "esme", Dial: c.dial}, in, nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	f.Cleanup(func() { cancel(); <-ended; c.close() })
	for l.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	f.Fuzz(func(t *testing.T, source string, ton, esm, dc uint8, short, payload []byte, total, seq uint8) {
		p := &pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: pdu.Address{TON: ton, Addr: source}, Dest: pdu.Address{Addr: code},
			ESMClass: esm, DataCoding: dc, ShortMessage: short}
		if len(payload) > 0 {
			p.TLVs = append(p.TLVs, pdu.TLV{Tag: pdu.TagMessagePayload, Value: payload})
		}
		if total > 0 {
			p.TLVs = append(p.TLVs, pdu.Uint16TLV(pdu.TagSarMsgRefNum, 1), pdu.Uint8TLV(pdu.TagSarTotalSegments, total), pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, seq))
		}
		if _, err := p.AppendTo(nil); err != nil {
			return // a carrier can't write it
		}
		in.mu.Lock()
		in.texts, in.receipts = nil, nil
		in.mu.Unlock()
		require.Equal(t, pdu.ESME_ROK, <-c.deliver(t, p))
		got := in.arrived()
		require.LessOrEqual(t, len(got)+len(in.receipts), 1)
		for _, a := range got {
			text := a.MO.Text
			if a.Part != nil {
				require.Greater(t, a.Part.Total, 1)
				require.True(t, a.Part.Seq >= 1 && a.Part.Seq <= a.Part.Total)
				parts := make([]booking.Part, a.Part.Total)
				for i := range parts {
					parts[i] = *a.Part
					parts[i].Seq = i + 1
				}
				joined, complete, err := a.Join(parts)
				require.NoError(t, err)
				require.True(t, complete)
				text = joined
			}
			require.True(t, utf8.ValidString(text))
			require.NotZero(t, a.MO.MSISDN)
		}
	})
}

// What a store gives back may be anything: it is read, never a panic.
func FuzzStoredPart(f *testing.F) {
	f.Add(1, 2, partBody(coding.Fragment{DataCoding: 8, Octets: []byte{0, 'A'}}))
	f.Add(0, 0, []byte(nil))
	f.Add(300, -1, []byte{1, 2})
	l := New(Config{}, &sink{}, nil)
	f.Fuzz(func(t *testing.T, seq, total int, body []byte) {
		text, _, err := l.joinParts([]booking.Part{{Seq: seq, Total: total, Body: body}})
		require.NoError(t, err)
		require.True(t, utf8.ValidString(text))
	})
}

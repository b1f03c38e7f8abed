package pdu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func sampleSM(id CommandID) *PDU {
	return &PDU{
		Header: Header{ID: id, Sequence: 171192033}, Source: Address{1, 1, "8613800138000"}, Dest: Address{0, 0, "10684"},
		RegisteredDelivery: 1, ShortMessage: []byte(strings.Repeat("tickets ", 5)),
	}
}

func BenchmarkDecodeDeliverSM40(b *testing.B) {
	frame, err := sampleSM(DeliverSM).AppendTo(nil)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(frame); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalSubmitSMResp(b *testing.B) {
	frame, err := (&PDU{Header: Header{ID: SubmitSMResp, Sequence: 1}, MessageID: "94258431594"}).AppendTo(nil)
	require.NoError(b, err)
	b.ReportAllocs()
	var p PDU
	for b.Loop() {
		if err := p.Unmarshal(frame); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeSubmitSM(b *testing.B) {
	p := sampleSM(SubmitSM)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = p.AppendTo(buf[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

// The figures that other packages count on: allocations are exact, times are for people.
func TestAllocations(t *testing.T) {
	p := sampleSM(DeliverSM)
	frame, err := p.AppendTo(nil)
	require.NoError(t, err)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = Decode(frame) }), 4.0)
	buf := make([]byte, 0, 256)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = p.AppendTo(buf) }))
}

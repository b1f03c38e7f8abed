package pdu

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	peer "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutlv"
	"github.com/stretchr/testify/require"
)

// differences is how many PDUs the differential test makes: SHORTFARE_DIFF, or
// as many as take a second or two.
func differences(t *testing.T) int {
	text := os.Getenv("SHORTFARE_DIFF")
	if text == "" {
		return 30_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "SHORTFARE_DIFF")
	return n
}

// S13: generated PDUs through our codec and that of go-smpp. Requests are
// written by both and must be the same octets, which our decoder reads as what
// was written; responses are written by ours and read by theirs, and by ours.
//
// Where go-smpp is not sound it is left out: it writes deliver_sm with an octet
// that SMPP 3.4 does not have, and data_sm, replace_sm and cancel_sm not at all;
// it keeps optional parameters in a map, so that more than one has no order; it
// reads message_state of query_sm_resp as text, and responses without a body
// only where they never have one.
func TestS13DifferentialWithGoSMPP(t *testing.T) {
	n := differences(t)
	const seed = 13
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	var ours, theirs []byte
	for i := range n {
		switch i % 10 {
		case 0, 1, 2, 3, 4:
			p := randomSubmit(r)
			ours, theirs = sameRequest(t, i, p, ours, theirs)
		case 5, 6:
			ours, theirs = sameRequest(t, i, randomRequest(r), ours, theirs)
		default:
			ours = sameResponse(t, i, randomResponse(r), ours)
		}
	}
	t.Logf("%d PDUs, seed %d", n, seed)
}

// randomRequest makes a request of a command that both can write, but for submit_sm.
func randomRequest(r *rand.Rand) *PDU {
	octet := func() uint8 { return uint8(r.Uint32()) }
	commands := []CommandID{BindReceiver, BindTransmitter, BindTransceiver, QuerySM, EnquireLink, Unbind}
	p := &PDU{Header: Header{ID: commands[r.IntN(len(commands))], Sequence: 1 + r.Uint32N(1<<31-1)}}
	switch p.ID {
	case QuerySM:
		p.MessageID, p.Source = randomText(r, 64), Address{octet(), octet(), randomText(r, 20)}
	case BindReceiver, BindTransmitter, BindTransceiver:
		p.SystemID, p.Password, p.SystemType = randomText(r, 15), randomText(r, 8), randomText(r, 12)
		p.InterfaceVersion, p.AddressRange = octet(), Address{octet(), octet(), randomText(r, 40)}
	}
	return p
}

// randomResponse makes a response that go-smpp can read.
func randomResponse(r *rand.Rand) *PDU {
	commands := []CommandID{BindReceiverResp, BindTransmitterResp, BindTransceiverResp, SubmitSMResp, DeliverSMResp, UnbindResp, EnquireLinkResp, GenericNack}
	return &PDU{Header: Header{ID: commands[r.IntN(len(commands))], Status: Status(r.IntN(0x500)), Sequence: r.Uint32()},
		SystemID: randomText(r, 15), MessageID: randomText(r, 64)}
}

// newPeer makes the same request with go-smpp.
func newPeer(t *testing.T, p *PDU) peer.Body {
	var b peer.Body
	switch p.ID {
	case SubmitSM:
		var tlvs pdutlv.Fields
		if len(p.TLVs) > 0 {
			tlvs = pdutlv.Fields{pdutlv.Tag(p.TLVs[0].Tag): p.TLVs[0].Value}
		}
		b = peer.NewSubmitSM(tlvs)
	case BindReceiver:
		b = peer.NewBindReceiver()
	case BindTransmitter:
		b = peer.NewBindTransmitter()
	case BindTransceiver:
		b = peer.NewBindTransceiver()
	case QuerySM:
		b = peer.NewQuerySM()
	case EnquireLink:
		b = peer.NewEnquireLink()
	default:
		b = peer.NewUnbind()
	}
	b.Header().Seq = p.Sequence
	for name, v := range p.Fields() {
		if err := b.Fields().Set(pdufield.Name(name), v); err != nil {
			t.Fatalf("%v %s: %v", p.ID, name, err)
		}
	}
	return b
}

// sameRequest writes a request with both and reads it with ours. The buffers are used again.
func sameRequest(t *testing.T, i int, p *PDU, ours, theirs []byte) ([]byte, []byte) {
	out := bytes.NewBuffer(theirs[:0])
	if err := newPeer(t, p).SerializeTo(out); err != nil {
		t.Fatalf("PDU %d: %v", i, err)
	}
	ours, err := p.AppendTo(ours[:0])
	if err != nil {
		t.Fatalf("PDU %d: %v", i, err)
	}
	if !bytes.Equal(ours, out.Bytes()) {
		t.Fatalf("PDU %d\n%s\nours   %x\ntheirs %x", i, dump(p), ours, out.Bytes())
	}
	sameAgain(t, i, p, ours)
	return ours, out.Bytes()
}

// sameResponse writes a response and reads it with both.
func sameResponse(t *testing.T, i int, p *PDU, ours []byte) []byte {
	ours, err := p.AppendTo(ours[:0])
	if err != nil {
		t.Fatalf("PDU %d: %v", i, err)
	}
	b, err := peer.Decode(bytes.NewReader(ours))
	if err != nil {
		t.Fatalf("PDU %d: %v\n%s\n%x", i, err, dump(p), ours)
	}
	h := b.Header()
	if uint32(h.ID) != uint32(p.ID) || uint32(h.Status) != uint32(p.Status) || h.Seq != p.Sequence {
		t.Fatalf("PDU %d: their header is %v\n%s", i, h, dump(p))
	}
	for name, v := range p.Fields() {
		got := b.Fields()[pdufield.Name(name)]
		if want, text := v.(string); !text || got == nil || string(got.Bytes()) != want+"\x00" { // it keeps the NUL
			t.Fatalf("PDU %d: they read %s as %v\n%s", i, name, got, dump(p))
		}
	}
	sameAgain(t, i, p, ours)
	return ours
}

// sameAgain reads with our decoder what was written.
func sameAgain(t *testing.T, i int, p *PDU, raw []byte) {
	back, err := Decode(raw)
	if err != nil {
		t.Fatalf("PDU %d: %v\n%s\n%x", i, err, dump(p), raw)
	}
	want := *p
	switch p.ID { // a response holds no more than its command has
	case SubmitSMResp, DeliverSMResp:
		want.SystemID = ""
	case BindReceiverResp, BindTransmitterResp, BindTransceiverResp:
		want.MessageID = ""
	case UnbindResp, EnquireLinkResp, GenericNack:
		want.SystemID, want.MessageID = "", ""
	}
	want.Length = uint32(len(raw))
	if i%8 > 0 && len(want.TLVs) == 0 { // the dump is slow
		if back.Header != want.Header || back.Source != want.Source || back.Dest != want.Dest || back.MessageID != want.MessageID ||
			back.SystemID != want.SystemID || back.Password != want.Password || !bytes.Equal(back.ShortMessage, want.ShortMessage) {
			t.Fatalf("PDU %d\n%s\n%s", i, dump(&want), dump(back))
		}
		return
	}
	if dump(back) != dump(&want) {
		t.Fatalf("PDU %d\n%s\n%s", i, dump(&want), dump(back))
	}
}

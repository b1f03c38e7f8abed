package pdu

import (
	"bytes"
	"math/rand/v2"
	"testing"

	peer "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutlv"
	"github.com/stretchr/testify/require"
)

// smFields gives the fields of a submit_sm the names of go-smpp.
func smFields(p *PDU) map[pdufield.Name]any {
	m := map[pdufield.Name]any{}
	for name, v := range p.Fields() {
		m[pdufield.Name(name)] = v
	}
	return m
}

func randomText(r *rand.Rand, max int) string {
	b := make([]byte, r.IntN(max+1))
	for i := range b {
		b[i] = byte('!' + r.IntN(90))
	}
	return string(b)
}

func randomSubmit(r *rand.Rand) *PDU {
	octet := func() uint8 { return uint8(r.Uint32()) }
	p := &PDU{
		Header: Header{ID: SubmitSM, Sequence: r.Uint32()}, ServiceType: randomText(r, 5),
		Source: Address{octet(), octet(), randomText(r, 20)}, Dest: Address{octet(), octet(), randomText(r, 20)},
		ESMClass: octet(), ProtocolID: octet(), Priority: octet(), ScheduleDeliveryTime: randomText(r, 16),
		ValidityPeriod: randomText(r, 16), RegisteredDelivery: octet(), ReplaceIfPresent: octet(), DataCoding: octet(),
		SMDefaultMsgID: octet(), ShortMessage: []byte(randomText(r, 254)),
	}
	if r.IntN(2) == 0 { // go-smpp keeps parameters in a map: more than one has no order to compare
		p.TLVs = []TLV{{Tag(r.Uint32()), []byte(randomText(r, 40))}}
	}
	return p
}

// The submit_sm encoder of an independent implementation and ours write the same octets, and our decoder reads them.
func TestPeerSubmitSM(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		p := randomSubmit(r)
		var tlvs pdutlv.Fields
		if len(p.TLVs) > 0 {
			tlvs = pdutlv.Fields{pdutlv.Tag(p.TLVs[0].Tag): p.TLVs[0].Value}
		}
		theirs := peer.NewSubmitSM(tlvs)
		theirs.Header().Seq = p.Sequence
		for name, v := range smFields(p) {
			require.NoError(t, theirs.Fields().Set(name, v))
		}
		var want bytes.Buffer
		require.NoError(t, theirs.SerializeTo(&want))
		got, err := p.AppendTo(nil)
		require.NoError(t, err)
		require.Equal(t, want.Bytes(), got)
		back, err := Decode(want.Bytes())
		require.NoError(t, err)
		require.Equal(t, dump(p), dump(back))
	}
}

// Its decoder reads the responses that ours writes. (Left out: query_sm_resp, whose message_state it
// reads as text, and responses without a body, which it cannot read.)
func TestPeerReadsResponses(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, id := range []CommandID{BindReceiverResp, BindTransmitterResp, BindTransceiverResp, SubmitSMResp, DeliverSMResp,
		UnbindResp, EnquireLinkResp, GenericNack} {
		for range 50 {
			p := &PDU{Header: Header{ID: id, Status: Status(r.IntN(0x500)), Sequence: r.Uint32()},
				SystemID: randomText(r, 15), MessageID: randomText(r, 64)}
			raw, err := p.AppendTo(nil)
			require.NoError(t, err)
			theirs, err := peer.Decode(bytes.NewReader(raw))
			require.NoError(t, err, id)
			h := theirs.Header()
			require.EqualValues(t, p.ID, h.ID)
			require.EqualValues(t, p.Status, h.Status)
			require.Equal(t, p.Sequence, h.Seq)
			for name, v := range p.Fields() {
				got := theirs.Fields()[pdufield.Name(name)]
				require.NotNil(t, got, "%v %s", id, name)
				require.Equal(t, v.(string)+"\x00", string(got.Bytes()), "%v %s", id, name) // it keeps the NUL
			}
		}
	}
}

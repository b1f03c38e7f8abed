package smpp

import (
	"bytes"
	"net"
	"sync"
	"testing"
	"time"

	"shortfare/smpp/pdu"
)

// tape is a connection that plays octets and swallows what is written.
type tape struct {
	net.Conn // nil: nothing else is called
	*bytes.Reader
	start chan struct{} // it plays when this is closed
	once  sync.Once
}

func (c *tape) Read(b []byte) (int, error) {
	<-c.start
	return c.Reader.Read(b)
}

func (c *tape) Write(b []byte) (int, error) {
	c.once.Do(func() { close(c.start) })
	return len(b), nil
}

func (c *tape) Close() error                     { return nil }
func (c *tape) SetReadDeadline(time.Time) error  { return nil }
func (c *tape) SetWriteDeadline(time.Time) error { return nil }

// FuzzPeer plays any octets to either end, after a good bind. The session must end, hand back what it sent, and count every PDU once.
func FuzzPeer(f *testing.F) {
	add := func(list ...*pdu.PDU) {
		var all []byte
		for _, p := range list {
			var err error
			if all, err = p.AppendTo(all); err != nil {
				f.Fatal(err)
			}
		}
		f.Add(all)
	}
	h := func(id pdu.CommandID, seq uint32) *pdu.PDU {
		return &pdu.PDU{Header: pdu.Header{ID: id, Sequence: seq}}
	}
	add(h(pdu.SubmitSM, 1), h(pdu.EnquireLink, 2), h(pdu.Unbind, 3))
	add(h(pdu.DeliverSM, 1), h(pdu.SubmitSMResp, 2), h(pdu.SubmitSMResp, 2), h(pdu.DeliverSMResp, 2), h(pdu.GenericNack, 3))
	add(h(pdu.Outbind, 1), h(pdu.BindTransceiver, 2), h(pdu.AlertNotification, 3), h(pdu.DataSM, 4), h(pdu.QuerySM, 5))
	f.Fuzz(func(t *testing.T, octets []byte) {
		for _, role := range []Role{ESME, SMSC} {
			bind := h(pdu.BindTransceiver, 1)
			if role == ESME {
				bind.ID = pdu.BindTransceiverResp
			}
			stream, err := bind.AppendTo(nil)
			if err != nil {
				t.Fatal(err)
			}
			outcomes := 0
			conn := &tape{Reader: bytes.NewReader(append(stream, octets...)), start: make(chan struct{})}
			if role == SMSC {
				conn.once.Do(func() { close(conn.start) }) // it is spoken to first
			}
			count := func(*pdu.PDU, error) { outcomes++ }
			s := NewSession(conn, role, Config{MaxInbound: 3, Authenticate: accept,
				Handle: func(r *Request) {
					_ = r.Session().TrySend(sampleSM(pdu.DeliverSM), count)
					if r.PDU.Sequence%2 == 0 {
						_ = r.Respond(pdu.ESME_ROK, nil)
					}
				}})
			if role == ESME {
				_ = s.Bind(t.Context(), BindRequest{}) // its answer and the end of the tape race
			}
			<-s.Done()
			st := s.Stats()
			if uint64(outcomes) != st.Sent || st.Sent != st.Answered+st.LostUnknown+st.LostNotSent || st.WindowUsed != 0 {
				t.Fatalf("%d outcomes, %+v", outcomes, st)
			}
		}
	})
}

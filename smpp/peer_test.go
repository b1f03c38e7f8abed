package smpp

import (
	"fmt"
	"net"
	"testing"

	peer "github.com/fiorix/go-smpp/smpp"
	peerpdu "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutext"
	"github.com/fiorix/go-smpp/smpp/smpptest"
	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// An independent ESME binds to our SMSC, submits, takes a delivery and unbinds.
func TestPeerESME(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	submitted := make(chan string, 1)
	sessions := make(chan *Session, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		sessions <- Accept(conn, Config{SystemID: "smsc", Handle: func(r *Request) {
			submitted <- string(r.PDU.ShortMessage)
			_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "id-7"})
		}}, func(p *pdu.PDU) pdu.Status {
			if p.SystemID != "peer" || p.Password != "secret" {
				return pdu.ESME_RINVPASWD
			}
			return pdu.ESME_ROK
		})
	}()
	delivered := make(chan string, 1)
	theirs := &peer.Transceiver{Addr: l.Addr().String(), User: "peer", Passwd: "secret", Handler: func(p peerpdu.Body) {
		if p.Header().ID == peerpdu.DeliverSMID {
			delivered <- p.Fields()[pdufield.ShortMessage].String()
		}
	}}
	status := <-theirs.Bind()
	require.Equal(t, peer.Connected, status.Status())
	s := <-sessions
	<-s.Bound()
	require.Equal(t, BoundTRX, s.State())
	sm, err := theirs.Submit(&peer.ShortMessage{Src: "1068", Dst: "8613800138000", Text: pdutext.Raw("seats left: 3")})
	require.NoError(t, err)
	require.Equal(t, "id-7", sm.RespID())
	require.Equal(t, "seats left: 3", <-submitted)
	resp, err := s.Submit(t.Context(), sampleSM(pdu.DeliverSM))
	require.NoError(t, err)
	require.Equal(t, pdu.ESME_ROK, resp.Status)
	require.Equal(t, string(sampleSM(pdu.DeliverSM).ShortMessage), <-delivered)
	require.NoError(t, theirs.Close())
	<-s.Done()
}

// Our ESME binds to an independent SMSC and fills its window with submits.
func TestPeerSMSC(t *testing.T) {
	server := smpptest.NewUnstartedServer()
	server.Handler = func(c smpptest.Conn, p peerpdu.Body) {
		var resp peerpdu.Body
		switch p.Header().ID {
		case peerpdu.SubmitSMID:
			resp = peerpdu.NewSubmitSMResp()
			_ = resp.Fields().Set(pdufield.MessageID, fmt.Sprint("m", p.Header().Seq))
		case peerpdu.UnbindID:
			resp = peerpdu.NewUnbindResp()
		default:
			resp = peerpdu.NewEnquireLinkResp()
		}
		resp.Header().Seq = p.Header().Seq
		_ = c.Write(resp)
	}
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Addr())
	require.NoError(t, err)
	s, err := Bind(t.Context(), conn, BindRequest{SystemID: smpptest.DefaultUser, Password: smpptest.DefaultPasswd},
		Config{Window: 10})
	require.NoError(t, err)
	require.Equal(t, smpptest.DefaultSystemID, s.Peer().SystemID)
	const n = 500
	ids := make(chan string, n)
	for range n {
		p := sampleSM(pdu.SubmitSM)
		require.NoError(t, s.Send(t.Context(), p, func(resp *pdu.PDU, err error) {
			if err != nil {
				ids <- err.Error()
				return
			}
			ids <- resp.MessageID
		}))
	}
	for i := range n {
		require.Equal(t, fmt.Sprint("m", i+2), <-ids)
	}
	require.NoError(t, s.Unbind(t.Context()))
	require.ErrorIs(t, s.Err(), ErrUnbound)
}

package smpp

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// tcpPair returns both ends of a loopback connection.
func tcpPair(tb testing.TB) (client, server net.Conn) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	defer l.Close()
	client, err = net.Dial("tcp", l.Addr().String())
	require.NoError(tb, err)
	server, err = l.Accept()
	require.NoError(tb, err)
	return client, server
}

func accept(*pdu.PDU) pdu.Status { return pdu.ESME_ROK }

func sampleSM(id pdu.CommandID) *pdu.PDU {
	return &pdu.PDU{
		Header: pdu.Header{ID: id}, Source: pdu.Address{TON: 1, NPI: 1, Addr: "8613800138000"}, Dest: pdu.Address{Addr: "10684"},
		RegisteredDelivery: 1, ShortMessage: []byte(strings.Repeat("tickets ", 5)),
	}
}

// One message is one deliver_sm, its response, one submit_sm and its response: both ends run in this process.
func BenchmarkSessionToSession(b *testing.B) {
	client, server := tcpPair(b)
	reply := sampleSM(pdu.SubmitSM)
	smscSide := Accept(server, Config{Window: 100, MaxInbound: 1000, Handle: func(r *Request) {
		_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "94258431594"})
	}}, accept)
	done := make(chan error, 1)
	left := b.N
	esme, err := Bind(context.Background(), client, BindRequest{SystemID: "bench"}, Config{Window: 1000, Handle: func(r *Request) {
		p := *reply
		if err := r.Session().TrySend(&p, func(resp *pdu.PDU, err error) {
			if left--; left == 0 || err != nil {
				done <- err
			}
		}); err != nil {
			done <- err
		}
		_ = r.Respond(pdu.ESME_ROK, nil)
	}})
	require.NoError(b, err)
	<-smscSide.Bound()
	b.ReportAllocs()
	b.ResetTimer()
	sm := sampleSM(pdu.DeliverSM)
	none := func(*pdu.PDU, error) {}
	for range b.N {
		if err := smscSide.Send(context.Background(), sm, none); err != nil {
			b.Fatal(err)
		}
	}
	require.NoError(b, <-done)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	st := esme.Stats()
	b.ReportMetric(float64(st.PDUsOut)/float64(st.Writes), "PDUs/write")
	_ = esme.Close()
	<-esme.Done()
	<-smscSide.Done()
}

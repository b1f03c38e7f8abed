package link

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// benchCarrier listens on loopback and answers every submit_sm.
func benchCarrier(b *testing.B, window int) (addr string, sessions <-chan *smpp.Session) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { _ = ln.Close() })
	ch := make(chan *smpp.Session, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		ch <- smpp.Accept(conn, smpp.Config{Window: window, MaxInbound: 100_000, Handle: func(r *smpp.Request) {
			_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "94258431594"})
		}}, func(*pdu.PDU) pdu.Status { return pdu.ESME_ROK })
	}()
	return ln.Addr().String(), ch
}

func benchLink(b *testing.B, addr string, in Sink) *Link {
	l := New(Config{Name: "bench", Addr: addr, SystemID: "bench", Window: 1000, MaxInbound: 100_000}, in, nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	b.Cleanup(func() { cancel(); <-ended })
	for l.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	return l
}

// One message is one text out, its submit_sm and the answer; both ends run in
// this process.
func BenchmarkTextOut(b *testing.B) {
	addr, _ := benchCarrier(b, 10)
	l := benchLink(b, addr, &sink{})
	left := make(chan struct{}, 10_000)
	done := func(booking.SendResult) { left <- struct{}{} }
	m := mt(1, phone, "G123 Beijing to Shanghai tomorrow 9:00, 2 seats in coach 5: 12A 12B. Order K7Q2P")
	b.ReportAllocs()
	b.ResetTimer()
	under := 0
	for i := range b.N {
		for under >= cap(left) || under > 0 && len(left) > 0 {
			<-left
			under--
		}
		m.MSISDN = phone + booking.MSISDN(i%5000)
		for !l.Send(m, done) {
			<-left
			under--
		}
		under++
	}
	for ; under > 0; under-- {
		<-left
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

// durable is a sink that stores at once.
type durable struct{}

// Receive is done.
func (durable) Receive(_ booking.Arrival, done func(error)) { done(nil) }

// Receipt is done.
func (durable) Receipt(_ booking.Receipt, done func(error)) { done(nil) }

// One message is one deliver_sm, decoded, handed over and answered.
func BenchmarkTextIn(b *testing.B) {
	addr, sessions := benchCarrier(b, 1000)
	benchLink(b, addr, durable{})
	s := <-sessions
	p := mo("BOOK G123 TMR 2 card")
	none := func(*pdu.PDU, error) {}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if err := s.Send(context.Background(), p, none); err != nil {
			b.Fatal(err)
		}
	}
	for s.Stats().WindowUsed > 0 {
		time.Sleep(10 * time.Microsecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

package smsc

import (
	"net"
	"strconv"
	"testing"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// BenchmarkConversation is one text in and its answer out, over the loopback, 1,000 handsets at once.
func BenchmarkConversation(b *testing.B) {
	s := New(Config{Window: 500})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.Serve(b.Context(), ln) }() // ends with the benchmark
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	answer := []byte("PAID CNY1106. G1 5Dec 0900 Beijing South: car5 7A, car5 7B. Order K7M2P.")
	e, err := smpp.Bind(b.Context(), c, smpp.BindRequest{SystemID: "gw"}, smpp.Config{Window: 4000, Handle: func(r *smpp.Request) {
		_ = r.Respond(pdu.ESME_ROK, nil)
		err := r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ShortMessage: answer},
			func(*pdu.PDU, error) {})
		if err != nil {
			b.Error(err)
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	slots := make(chan struct{}, 1000)
	done := make(chan struct{})
	n := 0
	s.OnText(func(Text) {
		<-slots
		if n++; n == b.N {
			close(done)
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		slots <- struct{}{}
		if _, err := s.Inject(strconv.Itoa(13800000000+i%100000), "12345", "BOOK G123 5DEC 2 2ND C1", MOOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	<-done
	b.StopTimer()
	_ = e.Close()
}

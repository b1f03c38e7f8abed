package link

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/pdu"
)

// A store that does not keep up fills the intake: what is beyond it stays with
// the carrier, while texts to phones go on.
func TestS03FullIntake(t *testing.T) {
	run(t, Config{MaxInbound: 2}, func(t *testing.T, w *world) {
		w.sink.hold = true
		first, second := w.carrier.deliver(t, mo("one")), w.carrier.deliver(t, mo("two"))
		synctest.Wait()
		for n := range 3 {
			require.Equal(t, pdu.ESME_RX_T_APPN, <-w.carrier.deliver(t, mo("more")))
			st := w.Stats()
			require.EqualValues(t, []int{2, 2, n + 1}, []int{st.Open, st.WindowIn, int(st.RefusedIn)})
		}
		var out results
		out.send(w, mt(1, phone, "hi"))
		synctest.Wait()
		require.Equal(t, booking.Done, out.all()[0].Verdict)
		w.sink.release(nil)
		require.Equal(t, []pdu.Status{pdu.ESME_ROK, pdu.ESME_ROK}, []pdu.Status{<-first, <-second})
		w.sink.hold = false
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("again")))
		require.Len(t, w.sink.arrived(), 3)
		_ = w.carrier.last().Close()
		synctest.Wait()
		require.EqualValues(t, 3, w.Stats().RefusedIn, "also when the bind is gone")
		require.Zero(t, w.Stats().Open)
	})
}

// A link connects from the address that it is told to.
func TestBindFrom(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	from := "127.0.0.2"
	if !local(from) {
		from = "127.0.0.1" // hosts whose loopback has one address
	}
	accepted := make(chan net.Conn, 1)
	go func() {
		if c, err := listener.Accept(); err == nil {
			accepted <- c
		}
	}()
	conn, err := dialer(listener.Addr().String(), net.ParseIP(from))(t.Context())
	require.NoError(t, err)
	peer := <-accepted
	require.True(t, strings.HasPrefix(peer.RemoteAddr().String(), from+":"))
	require.NoError(t, conn.Close())
	require.NoError(t, peer.Close())
	_, err = dialer(listener.Addr().String(), net.ParseIP("192.0.2.1"))(t.Context()) // nobody's: RFC 5737
	require.Error(t, err)
}

// local tells whether an address is one of this host.
func local(ip string) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

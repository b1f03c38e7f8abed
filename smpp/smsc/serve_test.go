package smsc

import (
	"context"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// limit bounds what a test over real connections may take.
const limit = 20 * time.Second

// listen serves s on the loopback until the test ends.
func listen(t *testing.T, s *SMSC) (addr string, stop func() error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	var once error
	done := false
	stop = func() error {
		cancel()
		if !done {
			once, done = <-served, true
		}
		return once
	}
	t.Cleanup(func() { require.NoError(t, stop()) })
	return ln.Addr().String(), stop
}

func dial(t *testing.T, addr string) *esme {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	e := &esme{t: t}
	e.session, err = smpp.Bind(t.Context(), c, smpp.BindRequest{SystemID: "gw", Password: "pw"}, smpp.Config{Handle: e.handle})
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.session.Close() })
	return e
}

func TestServeOverTCP(t *testing.T) {
	s := New(Config{})
	addr, stop := listen(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	e := dial(t, addr)
	require.NoError(t, s.WaitBound(ctx, 1))
	m, err := s.WaitMO(ctx, inject(t, s, phoneA, "one"))
	require.NoError(t, err)
	require.Equal(t, Acked, m.State)
	require.Equal(t, pdu.ESME_ROK, e.submit(submitSM("12345", phoneA, "x")).Status)

	require.NoError(t, stop())
	<-e.session.Done()
	require.ErrorIs(t, e.session.Err(), smpp.ErrUnbound, "the end of Serve unbinds in good order")
	require.Empty(t, s.Binds())
	_, err = net.DialTimeout("tcp", addr, time.Second)
	require.Error(t, err)

	id := inject(t, s, phoneA, "two") // kept for the next Serve
	addr, _ = listen(t, s)
	dial(t, addr)
	_, err = s.WaitMO(ctx, id)
	require.NoError(t, err)
}

func TestDropResetsTheConnection(t *testing.T) {
	s := New(Config{})
	addr, _ := listen(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	e := dial(t, addr)
	require.NoError(t, s.WaitBound(ctx, 1))
	s.Drop()
	<-e.session.Done()
	require.ErrorIs(t, e.session.Err(), syscall.ECONNRESET)
}

func TestServeReportsABrokenListener(t *testing.T) {
	require.ErrorIs(t, New(Config{}).Serve(t.Context(), brokenListener{}), syscall.EMFILE)
}

type brokenListener struct{}

func (brokenListener) Accept() (net.Conn, error) { return nil, syscall.EMFILE }
func (brokenListener) Close() error              { return nil }
func (brokenListener) Addr() net.Addr            { return &net.TCPAddr{} }

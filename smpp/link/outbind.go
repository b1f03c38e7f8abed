package link

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"go.uber.org/zap"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

const (
	outbindTime  = 10 * time.Second // for the outbind to come, and then to be wanted
	maxCallers   = 4                // connections of which the outbind is awaited
	acceptFailed = time.Second      // between attempts when no connection can be accepted
)

// caller is a connection that the carrier has made, and on which it asked for a
// bind by outbind (SMPP 3.4 §2.2.1, §4.1.7).
type caller struct {
	conn   net.Conn
	bound  *bound
	wanted chan struct{} // capacity 1: the outbind came, with the right names
}

// bind binds on the carrier's connection.
func (c *caller) bind(ctx context.Context, r smpp.BindRequest) error {
	s := c.bound.session
	if err := s.Bind(ctx, r); err != nil {
		_ = s.Close()
		<-s.Done()
		return err
	}
	return nil
}

// awaitOutbind lets the carrier ask for a bind, until ctx ends. A call is taken
// while the link waits for its next attempt to bind, and refused by closing the
// connection when the link is bound.
func (l *Link) awaitOutbind(ctx context.Context) {
	var listener net.Listener
	for {
		var err error
		if listener, err = net.Listen("tcp", l.cfg.OutbindListen); err == nil {
			break
		}
		l.log.Error("no outbind can be received", zap.String("listen", l.cfg.OutbindListen), zap.Error(err))
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() }) // Accept ends by it
	defer stop()
	slots := make(chan struct{}, maxCallers)
	for {
		conn, err := listener.Accept()
		if err != nil {
			select {
			case <-ctx.Done():
				return
			case <-time.After(acceptFailed):
				continue
			}
		}
		select {
		case slots <- struct{}{}:
			go func() {
				l.receiveOutbind(ctx, conn)
				<-slots
			}()
		default:
			_ = conn.Close() // too many at once
		}
	}
}

// receiveOutbind waits for the outbind on a fresh connection and offers it to run.
func (l *Link) receiveOutbind(ctx context.Context, plain net.Conn) {
	conn, err := l.secureCall(ctx, plain)
	if err != nil { // S19: somebody else may be at the other end
		l.in.untrusted.Add(1)
		l.log.Error("call of the carrier cannot be secured", zap.Stringer("remote", plain.RemoteAddr()), zap.Error(err))
		return
	}
	c := &caller{conn: conn, wanted: make(chan struct{}, 1)}
	c.bound = &bound{link: l, number: l.number()}
	cfg := l.config(c.bound)
	serve := cfg.Handle
	cfg.Handle = func(r *smpp.Request) {
		if r.PDU.ID != pdu.Outbind {
			serve(r)
		} else if l.invited(r.PDU) {
			select {
			case c.wanted <- struct{}{}:
			default: // asked twice
			}
		}
	}
	s := smpp.NewSession(conn, smpp.ESME, cfg)
	c.bound.session = s
	ctx, cancel := context.WithTimeout(ctx, outbindTime)
	defer cancel()
	err = errors.New("no valid outbind in time")
	select {
	case <-c.wanted:
		select {
		case l.knock <- c:
			return // run owns it now
		case <-ctx.Done():
			err = errors.New("outbind, but the link is bound")
		case <-s.Done():
			err = s.Err()
		}
	case <-ctx.Done():
	case <-s.Done():
		err = s.Err()
	}
	l.log.Warn("call of the carrier came to nothing", zap.Stringer("remote", conn.RemoteAddr()), zap.Error(err))
	_ = s.Close()
	<-s.Done()
}

// secureCall makes a connection of the carrier as safe as our own are: with TLS
// configured it has to show a certificate of the pinned authority for the name
// that we would connect to. It fails closed: an error has closed the connection.
func (l *Link) secureCall(ctx context.Context, plain net.Conn) (net.Conn, error) {
	if l.cfg.TLS == nil {
		return plain, nil
	}
	ctx, cancel := context.WithTimeout(ctx, outbindTime)
	defer cancel()
	c := tls.Server(plain, answering(l.cfg.TLS, l.cfg.Addr))
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrTLS, err), ignoreClosed(plain.Close()))
	}
	return c, nil
}

// invited checks who asks for a bind.
func (l *Link) invited(p *pdu.PDU) bool {
	ok := subtle.ConstantTimeCompare([]byte(p.SystemID), []byte(l.cfg.OutbindID)) == 1
	ok = subtle.ConstantTimeCompare([]byte(p.Password), []byte(l.cfg.OutbindPassword)) == 1 && ok
	if !ok {
		l.log.Warn("outbind of somebody else", zap.Int("system_id_length", len(p.SystemID)))
	}
	return ok
}

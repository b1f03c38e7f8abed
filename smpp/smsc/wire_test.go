package smsc

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// plain is an ESME without a session: the test writes and reads PDUs itself.
type plain struct {
	t *testing.T
	net.Conn
	frames *pdu.Reader
	next   uint32
}

// plainBind binds over a pipe.
func plainBind(t *testing.T, s *SMSC) *plain {
	t.Helper()
	near, far := net.Pipe()
	go s.ServeConn(t.Context(), far)
	t.Cleanup(func() { _ = near.Close() })
	p := &plain{t: t, Conn: near, frames: pdu.NewReader(near)}
	p.send(&pdu.PDU{Header: pdu.Header{ID: pdu.BindTransceiver}, SystemID: "gw", InterfaceVersion: 0x34})
	require.Equal(t, pdu.BindTransceiverResp, p.read().ID)
	synctest.Wait()
	return p
}

func (p *plain) send(x *pdu.PDU) {
	p.t.Helper()
	p.next++
	x.Sequence = p.next
	octets, err := x.AppendTo(nil)
	require.NoError(p.t, err)
	_, err = p.Write(octets)
	require.NoError(p.t, err)
}

// read reads one PDU; nil when the connection has ended, or nothing comes within a second.
func (p *plain) read() *pdu.PDU {
	p.t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(time.Second))
	frame, err := p.frames.Next()
	if err != nil {
		return nil
	}
	x, err := pdu.Decode(frame)
	require.NoError(p.t, err)
	return x
}

func TestAnswersThatGoWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1})
		e := plainBind(t, s)
		submit := func(way string) *pdu.PDU {
			_, err := s.Control([]string{"answers", way, "1"})
			require.NoError(t, err)
			e.send(submitSM("12345", phoneA, "x"))
			return e.read()
		}
		p := submit("type")
		require.Equal(t, []any{pdu.DataSMResp, e.next, pdu.ESME_ROK}, []any{p.ID, p.Sequence, p.Status})
		p = submit("sequence")
		require.Equal(t, pdu.SubmitSMResp, p.ID)
		require.Equal(t, e.next^0x40000000, p.Sequence)
		p = submit("twice")
		require.Equal(t, e.next, p.Sequence)
		require.Equal(t, p, e.read())
		p = submit("body")
		require.Equal(t, []any{pdu.SubmitSMResp, uint32(pdu.HeaderLength), pdu.ESME_ROK}, []any{p.ID, p.Length, p.Status})
		require.Len(t, s.Inbox(phoneA), 4)
		p = submit("nack")
		require.Equal(t, []any{pdu.GenericNack, e.next, pdu.ESME_RSYSERR}, []any{p.ID, p.Sequence, p.Status})
		require.Len(t, s.Inbox(phoneA), 4, "a text that was refused reaches nobody")
		e.send(submitSM("12345", phoneA, "x"))
		require.Equal(t, pdu.SubmitSMResp, e.read().ID)
		var ways []Spoiled
		for _, m := range s.Ledger().MTs {
			ways = append(ways, m.Spoiled)
		}
		require.Equal(t, []Spoiled{SpoiledType, SpoiledSequence, SpoiledTwice, SpoiledBody, SpoiledNack, SpoiledNone}, ways)
	})
}

func TestRawGarbageOversize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1})
		e := plainBind(t, s)
		control := func(want string, args ...string) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				said, err := s.Control(args)
				require.NoError(t, err)
				require.Contains(t, said, want)
			}()
			synctest.Wait() // the pipe takes it when the test reads
			t.Cleanup(func() { <-done })
		}
		control("", "raw", "00000010", "00000015", "00000000", "00000007")
		p := e.read()
		require.Equal(t, []any{pdu.EnquireLink, uint32(7)}, []any{p.ID, p.Sequence})
		control("", "oversize", "70000")
		head := make([]byte, 16)
		_, err := io.ReadFull(e, head)
		require.NoError(t, err)
		require.Equal(t, uint32(70000), binary.BigEndian.Uint32(head))
		control("100 octets of garbage written to 1 ESMEs", "garbage", "100")
		got := make([]byte, 100)
		_, err = io.ReadFull(e, got)
		require.NoError(t, err)
		require.Greater(t, binary.BigEndian.Uint32(got), uint32(pdu.MaxLength))
	})
}

func TestCuts(t *testing.T) {
	for name, x := range map[string]struct {
		words    []string
		answered bool // the answer to the submit_sm comes
		seen     int  // texts on the handset
	}{
		"before the answer":         {[]string{"out", "submit_sm_resp", "before"}, false, 1},
		"after the answer":          {[]string{"out", "submit_sm_resp", "after", "fin"}, true, 1},
		"inside the answer":         {[]string{"out", "20"}, false, 1},
		"before the text":           {[]string{"in", "submit_sm", "before"}, false, 0},
		"inside the text":           {[]string{"in", "30"}, false, 0},
		"stall before the answer":   {[]string{"out", "submit_sm_resp", "before", "stall"}, false, 1},
		"stall inside the text":     {[]string{"in", "17", "stall"}, false, 0},
		"the second of any":         {[]string{"in", "any", "2", "before"}, true, 1},
		"another than the one sent": {[]string{"out", "deliver_sm"}, true, 1},
		"taken back":                {[]string{"off"}, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{EnquireLink: -1})
				e := plainBind(t, s)
				_, err := s.Control(append([]string{"cut"}, x.words...))
				require.NoError(t, err)
				octets, err := submitSM("12345", phoneA, "x").AppendTo(nil)
				require.NoError(t, err)
				go func() { _, _ = e.Write(octets) }() // the cut may stop it
				p := e.read()
				synctest.Wait()
				require.Equal(t, x.answered, p != nil)
				require.Len(t, s.Inbox(phoneA), x.seen)
				if x.words[0] == "off" || x.words[1] == "any" || x.words[1] == "deliver_sm" {
					require.Len(t, s.Binds(), 1)
				} else if x.words[len(x.words)-1] == "stall" {
					require.Len(t, s.Binds(), 1, "the connection stays")
					s.Heal()
					synctest.Wait()
				}
				if x.words[0] != "off" && x.words[1] != "any" && x.words[1] != "deliver_sm" {
					require.Empty(t, s.Binds())
				}
			})
		})
	}
}

func TestHalfOpenKeepsTheSocket(t *testing.T) {
	s := New(Config{EnquireLink: 50 * time.Millisecond, RespTimeout: time.Minute})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	c, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	bind := &pdu.PDU{Header: pdu.Header{ID: pdu.BindTransceiver, Sequence: 1}, SystemID: "gw", InterfaceVersion: 0x34}
	octets, err := bind.AppendTo(nil)
	require.NoError(t, err)
	_, err = c.Write(octets)
	require.NoError(t, err)
	require.NoError(t, s.WaitBound(t.Context(), 1))
	s.HalfOpen(true)
	require.NoError(t, s.until(t.Context(), func() bool { return len(s.binds) == 0 }), "the SMSC gives up a peer that does not answer")
	_, err = c.Write(octets)
	require.NoError(t, err, "the socket is still there")
	require.NoError(t, c.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	_, err = io.Copy(io.Discard, c)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "and says nothing")
	s.HalfOpen(false)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = io.Copy(io.Discard, c)
	require.False(t, errors.Is(err, os.ErrDeadlineExceeded), "now it is reset")
	cancel()
	require.NoError(t, <-served)
}

func TestCollide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1, FirstSequence: 500})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.Collide(true)
		var asked uint32
		p := submitSM("12345", phoneA, "x")
		require.NoError(t, e.session.TrySend(p, func(*pdu.PDU, error) {}))
		asked = p.Sequence
		synctest.Wait()
		id := inject(t, s, phoneA, "one")
		other := inject(t, s, "13800138002", "two")
		got := e.pdus()
		require.Equal(t, asked, got[0].Sequence)
		require.NotEqual(t, asked, got[1].Sequence, "there is only one to collide with")
		require.Equal(t, Acked, mustMO(t, s, id).State)
		require.Equal(t, Acked, mustMO(t, s, other).State)
		require.Equal(t, asked, mustMO(t, s, id).Deliveries[0].Sequence)
		time.Sleep(collideHold)
		synctest.Wait()
		require.Equal(t, smpp.BoundTRX, e.session.State())
		require.EqualValues(t, 1, e.session.Stats().Answered)
	})
}

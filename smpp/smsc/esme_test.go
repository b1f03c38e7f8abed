package smsc

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// esme is the gateway's end, as small as a test needs it.
type esme struct {
	t       *testing.T
	session *smpp.Session

	mu     sync.Mutex
	got    []*pdu.PDU
	status []pdu.Status // of the next answers; ESME_ROK when empty
	mute   bool         // no answers at all
}

// bindVia binds an ESME over a pipe.
func bindVia(t *testing.T, s *SMSC, command pdu.CommandID, systemID string) *esme {
	t.Helper()
	e, err := tryBind(t, s, smpp.BindRequest{Command: command, SystemID: systemID, Password: "pw"})
	require.NoError(t, err)
	return e
}

func tryBind(t *testing.T, s *SMSC, req smpp.BindRequest) (*esme, error) {
	t.Helper()
	near, far := net.Pipe()
	var served sync.WaitGroup
	served.Go(func() { s.ServeConn(t.Context(), far) })
	t.Cleanup(served.Wait)
	e := &esme{t: t}
	var err error
	e.session, err = smpp.Bind(t.Context(), near, req, smpp.Config{Handle: e.handle, EnquireLink: -1, Window: 1000})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = e.session.Close() })
	synctest.Wait()
	return e, nil
}

func (e *esme) handle(r *smpp.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, r.PDU)
	if e.mute {
		return
	}
	status := pdu.ESME_ROK
	if len(e.status) > 0 {
		status, e.status = e.status[0], e.status[1:]
	}
	_ = r.Respond(status, nil) // the session may be cut by a fault
}

func (e *esme) answer(status ...pdu.Status) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

func (e *esme) setMute(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mute = on
}

// pdus gives what was delivered once nothing moves any more.
func (e *esme) pdus() []*pdu.PDU {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]*pdu.PDU(nil), e.got...)
}

// texts gives the short messages that were delivered, read as GSM 7-bit.
func (e *esme) texts() []string {
	e.t.Helper()
	var all []string
	for _, p := range e.pdus() {
		text, err := coding.DecodeGSM7(p.ShortMessage, coding.Shift{})
		require.NoError(e.t, err)
		all = append(all, text)
	}
	return all
}

func submitSM(from, to, text string) *pdu.PDU {
	octets, err := coding.EncodeGSM7(text)
	if err != nil {
		panic(err) // impossible: the tests write what fits
	}
	return &pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: pdu.Address{Addr: from}, Dest: pdu.Address{TON: 1, NPI: 1, Addr: to}, ShortMessage: octets}
}

// submit sends an MT and returns the answer.
func (e *esme) submit(p *pdu.PDU) *pdu.PDU {
	e.t.Helper()
	resp, err := e.session.Submit(e.t.Context(), p)
	require.NoError(e.t, err)
	return resp
}

// inject injects a text that must be taken.
func inject(t *testing.T, s *SMSC, from, text string) int64 {
	t.Helper()
	id, err := s.Inject(from, "12345", text, MOOptions{})
	require.NoError(t, err)
	return id
}

func mustMO(t *testing.T, s *SMSC, id int64) MO {
	t.Helper()
	m, ok := s.MO(id)
	require.True(t, ok)
	return m
}

// outcomes gives the outcome and status of every delivery.
func outcomes(m MO) []Outcome {
	var all []Outcome
	for _, d := range m.Deliveries {
		all = append(all, d.Outcome)
	}
	return all
}

// timeout is a context that ends by the fake clock.
func timeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

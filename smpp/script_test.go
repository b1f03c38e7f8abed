package smpp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// script plays a transcript of testdata/*.txt against a session over a pipe on a fake clock. The commands are in testdata/README.
type script struct {
	t        *testing.T
	s        *Session
	peer     net.Conn
	got      chan []byte // frames the session wrote
	requests []*Request
	outcomes map[string]string
	late     []*pdu.PDU
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, part := range strings.Split(string(text), "\n== ")[1:] {
			name, body, _ := strings.Cut(part, "\n")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { play(t, body) })
			})
		}
	}
}

func play(t *testing.T, text string) {
	x := &script{t: t, got: make(chan []byte, 10000), outcomes: map[string]string{}}
	defer x.finish()
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		synctest.Wait()
		verb, rest, _ := strings.Cut(line, " ")
		if err := x.run(verb, strings.TrimSpace(rest)); err != nil {
			t.Fatalf("line %d: %s\n%v", n, line, err)
		}
	}
}

// finish ends the session, so that no goroutine is left in the bubble, and looks for PDUs that the transcript does not show.
func (x *script) finish() {
	synctest.Wait()
	_ = x.s.Close()
	_ = x.peer.Close()
	<-x.s.Done()
	synctest.Wait()
	if len(x.got) > 0 {
		x.t.Errorf("the session wrote more than the transcript says: %v", describe(<-x.got))
	}
}

func (x *script) run(verb, rest string) error {
	switch verb {
	case "session":
		return x.open(rest)
	case ">":
		p, err := parsePDU(rest)
		if err != nil {
			return err
		}
		raw, err := p.AppendTo(nil)
		if err != nil {
			return err
		}
		_, err = x.peer.Write(raw)
		return err
	case "raw":
		raw, err := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
		if err == nil {
			_, err = x.peer.Write(raw)
		}
		return err
	case "<":
		return x.expect(rest)
	case "quiet":
		if len(x.got) > 0 {
			return fmt.Errorf("the session wrote %v", describe(<-x.got))
		}
		return nil
	case "wait":
		d, err := time.ParseDuration(rest)
		time.Sleep(d)
		synctest.Wait()
		return err
	case "cut":
		return x.peer.Close()
	}
	return x.app(verb, rest)
}

// app runs what the application does or sees.
func (x *script) app(verb, rest string) error {
	switch verb {
	case "try", "send":
		name, spec, _ := strings.Cut(rest, " ")
		p, err := parsePDU(spec)
		if err != nil {
			return err
		}
		x.send(verb, name, p)
	case "outcome":
		name, want, _ := strings.Cut(rest, " ")
		if got := x.outcomes[name]; got != want {
			return fmt.Errorf("outcome is %q", got)
		}
	case "request":
		if len(x.requests) == 0 {
			return errors.New("no request was handed on")
		}
		return match(x.requests[0].PDU, rest)
	case "respond":
		p, err := parsePDU("generic_nack " + rest)
		if err != nil {
			return err
		}
		r := x.requests[0]
		x.requests = x.requests[1:]
		var resp *pdu.PDU
		if p.MessageID != "" {
			resp = p
		}
		return r.Respond(p.Status, resp)
	case "late":
		if len(x.late) == 0 {
			return errors.New("no late response")
		}
		p := x.late[0]
		x.late = x.late[1:]
		return match(p, rest)
	case "unbind":
		go func() { _ = x.s.Unbind(x.t.Context()) }()
	case "state":
		if got := x.s.State().String(); got != rest {
			return fmt.Errorf("state is %s", got)
		}
	case "end":
		<-x.s.Done()
		if want := endings[rest]; want == nil || !errors.Is(x.s.Err(), want) {
			return fmt.Errorf("ended with %v", x.s.Err())
		}
	case "stat":
		name, want, _ := strings.Cut(rest, "=")
		if got := fmt.Sprint(reflect.ValueOf(x.s.Stats()).FieldByName(name)); got != want {
			return fmt.Errorf("it is %s", got)
		}
	default:
		return fmt.Errorf("unknown verb %q", verb)
	}
	return nil
}

var endings = map[string]error{"unbound": ErrUnbound, "peer-closed": ErrPeerClosed, "init": ErrSessionInit, "dead": ErrLinkDead,
	"inactive": ErrInactive, "stalled": ErrStalled, "slow": ErrSlowPeer, "broken": ErrBroken, "closed": ErrClosed}

// open starts the session: "session smsc Window=2 Response=5s".
func (x *script) open(rest string) error {
	args := strings.Fields(rest)
	cfg := Config{SystemID: "smsc", Handle: func(r *Request) { x.requests = append(x.requests, r) },
		Late: func(p *pdu.PDU) { x.late = append(x.late, p) },
		Authenticate: func(p *pdu.PDU) pdu.Status {
			if p.Password != "pw" {
				return pdu.ESME_RINVPASWD
			}
			return pdu.ESME_ROK
		}}
	for _, a := range args[1:] {
		name, val, _ := strings.Cut(a, "=")
		f := reflect.ValueOf(&cfg).Elem().FieldByName(name)
		if n, err := strconv.ParseInt(val, 0, 64); err == nil && f.CanInt() {
			f.SetInt(n)
		} else if n, err := strconv.ParseUint(val, 0, 32); err == nil && f.CanUint() {
			f.SetUint(n)
		} else if d, err := time.ParseDuration(val); err == nil {
			f.SetInt(int64(d))
		} else {
			return fmt.Errorf("cannot set %s", a)
		}
	}
	ours, theirs := net.Pipe()
	x.peer = theirs
	role := ESME
	if args[0] == "smsc" {
		role = SMSC
	}
	x.s = NewSession(ours, role, cfg)
	go func() {
		r := pdu.NewReader(theirs)
		for {
			frame, err := r.Next()
			if err != nil {
				return
			}
			x.got <- bytes.Clone(frame)
		}
	}()
	if role == ESME && args[0] != "esme-open" {
		go func() { _ = x.s.Bind(x.t.Context(), BindRequest{SystemID: "esme", Password: "pw"}) }()
	}
	return nil
}

func (x *script) send(verb, name string, p *pdu.PDU) {
	done := func(resp *pdu.PDU, err error) {
		if x.outcomes[name] != "pending" {
			x.t.Errorf("second outcome of %s", name)
		}
		x.outcomes[name] = outcome(resp, err)
	}
	x.outcomes[name] = "pending"
	if verb == "try" {
		if err := x.s.TrySend(p, done); err != nil {
			x.outcomes[name] = outcome(nil, err)
		}
		return
	}
	go func() {
		if err := x.s.Send(x.t.Context(), p, done); err != nil {
			x.outcomes[name] = outcome(nil, err)
		}
	}()
}

func outcome(resp *pdu.PDU, err error) string {
	switch {
	case errors.Is(err, ErrWindowFull):
		return "full"
	case errors.Is(err, ErrNotSent):
		return "not-sent"
	case errors.Is(err, ErrUnknownOutcome):
		return "unknown"
	case err != nil:
		return err.Error()
	}
	return fmt.Sprintf("%v %d", resp.ID, uint32(resp.Status))
}

// expect compares the next PDU that the session wrote.
func (x *script) expect(spec string) error {
	select {
	case frame := <-x.got:
		p, err := pdu.Decode(frame)
		if err != nil {
			return err
		}
		return match(p, spec)
	default:
		return errors.New("the session wrote nothing")
	}
}

// match compares a PDU with "command field=value ..."; only what is named is compared.
func match(p *pdu.PDU, spec string) error {
	args := strings.Fields(spec)
	got := map[string]string{"seq": fmt.Sprint(p.Sequence), "status": fmt.Sprint(uint32(p.Status)), "nobody": fmt.Sprint(p.NoBody)}
	for name, v := range p.Fields() {
		got[name] = fmt.Sprint(v)
		if b, ok := v.([]byte); ok {
			got[name] = string(b)
		}
	}
	for _, t := range p.TLVs {
		got[t.Tag.String()] = hex.EncodeToString(t.Value)
	}
	if p.ID.String() != args[0] {
		return fmt.Errorf("got %v", p)
	}
	for _, a := range args[1:] {
		if name, want, _ := strings.Cut(a, "="); got[name] != want {
			return fmt.Errorf("%s is %q in %v", name, got[name], p)
		}
	}
	return nil
}

func describe(frame []byte) string {
	p, err := pdu.Decode(frame)
	if err != nil {
		return err.Error()
	}
	return p.String()
}

// parsePDU reads "command field=value ...".
func parsePDU(spec string) (*pdu.PDU, error) {
	args := strings.Fields(spec)
	p := &pdu.PDU{}
	for n := range pdu.CommandID(0x200) {
		for _, id := range []pdu.CommandID{n, n.Response()} {
			if id.Known() && id.String() == args[0] {
				p.ID = id
			}
		}
	}
	if p.ID == 0 {
		return nil, fmt.Errorf("unknown command %q", args[0])
	}
	for _, a := range args[1:] {
		name, v, _ := strings.Cut(a, "=")
		n, _ := strconv.ParseUint(v, 0, 32)
		switch name {
		case "seq":
			p.Sequence = uint32(n)
		case "status":
			p.Status = pdu.Status(n)
		case "system_id":
			p.SystemID = v
		case "password":
			p.Password = v
		case "interface_version":
			p.InterfaceVersion = uint8(n)
		case "message_id":
			p.MessageID = v
		case "short_message":
			p.ShortMessage = []byte(v)
		case "destination_addr":
			p.Dest.Addr = v
		default:
			return nil, fmt.Errorf("unknown field %q", name)
		}
	}
	return p, nil
}

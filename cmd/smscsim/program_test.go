package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// limit bounds what a test over real connections may take.
const limit = 20 * time.Second

// lockedBuffer is written by several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// gateway binds as soon as smscsim listens and answers by the table; a text without an entry gets no answer.
type gateway struct {
	answers  map[string]string
	password string
}

func (g *gateway) serve(addr net.Addr) {
	if c, err := net.Dial(addr.Network(), addr.String()); err == nil {
		g.talk(c)
	}
}

// talk is serve over a connection.
func (g *gateway) talk(c net.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	s, err := smpp.Bind(ctx, c, smpp.BindRequest{SystemID: "bench", Password: g.password}, smpp.Config{Handle: func(r *smpp.Request) {
		_ = r.Respond(pdu.ESME_ROK, nil) // the test ends when it likes
		text, _ := coding.DecodeGSM7(r.PDU.ShortMessage, coding.Shift{})
		if answer, ok := g.answers[text]; ok {
			_ = r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ShortMessage: []byte(answer)},
				func(*pdu.PDU, error) {}) // as above
		}
	}})
	if err == nil {
		<-s.Done()
	}
}

// run runs smscsim with a gateway that binds to it.
func run(t *testing.T, g *gateway, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var bound sync.WaitGroup
	defer bound.Wait()
	p := &program{Listening: func(a net.Addr) {
		if g != nil {
			bound.Go(func() { g.serve(a) })
		}
	}}
	var out, errs lockedBuffer
	if len(args) > 0 && (args[0] == "phone" || args[0] == "play" || args[0] == "load" || args[0] == "serve") {
		args = append(args, "--listen", "127.0.0.1:0")
	}
	code = p.Run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestHelp(t *testing.T) {
	code, out, _ := run(t, nil, "", "help")
	require.Equal(t, exitOK, code)
	require.Contains(t, out, "smscsim phone")
	for _, args := range [][]string{{"help", "phone"}, {"phone", "--help"}, {"phone", "-h"}} {
		code, out, errs := run(t, nil, "", args...)
		require.Equal(t, exitOK, code)
		require.Contains(t, out, "-from")
		require.Contains(t, out, "127.0.0.1:2775")
		require.Empty(t, errs)
	}
	code, out, _ = run(t, nil, "", "help", "play")
	require.Equal(t, exitOK, code)
	require.Contains(t, out, "-settle")
}

func TestWrongArguments(t *testing.T) {
	for want, args := range map[string][]string{
		"smscsim phone":                          nil,
		`there is no command "fax"`:              {"fax"},
		"flag provided but not defined: -colour": {"phone", "--colour"},
		`invalid value "soon"`:                   {"play", "x", "--wait", "soon"},
		`phone takes no "BOOK"`:                  {"phone", "BOOK"},
		"play needs files":                       {"play"},
		"no such file":                           {"play", "nowhere.txt"},
		"bad.txt:2: a line begins with one of":   {"play", file(t, "bad.txt", "@ 1\nBOOK\n")},
		"has no *.txt":                           {"play", t.TempDir()},
	} {
		code, _, errs := run(t, nil, "", args...)
		require.Equal(t, exitUsage, code, args)
		require.Contains(t, errs, want)
	}
}

func TestListenErrors(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	for want, addr := range map[string]string{"is in use, perhaps by another smscsim": ln.Addr().String(), "cannot listen at nowhere:": "nowhere"} {
		var errs lockedBuffer
		code := (&program{}).Run(t.Context(), []string{"phone", "--listen", addr}, strings.NewReader(""), io.Discard, &errs)
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs.String(), want)
	}
}

// conversation is what was texted and answered. Notices about binds come when
// they come, in between too.
func conversation(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "* ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestPhoneFromAPipe(t *testing.T) {
	g := &gateway{password: "bench", answers: map[string]string{"BOOK G123 2": "Reply Y 730214", "Y 730214": "PAID"}}
	ledger := filepath.Join(t.TempDir(), "ledger.jsonl")
	code, out, errs := run(t, g, "BOOK G123 2\nY 730214\n", "phone", "--system-id", "bench", "--password", "bench", "--ledger", ledger, "--from", "1001", "--to", "999")
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, `waiting for an ESME to bind at 127.0.0.1:`)
	require.Contains(t, out, `with system_id "bench"`)
	require.Contains(t, out, `* ESME "bench" at 127.0.0.1:`)
	require.Contains(t, out, "has bound as transceiver")
	require.Equal(t, "> BOOK G123 2\n< Reply Y 730214\n> Y 730214\n< PAID\n", conversation(out))
	text, err := os.ReadFile(ledger)
	require.NoError(t, err)
	for kind, n := range map[string]int{"mo": 2, "mt": 2, "text": 2, "pdu": 12} {
		require.Equal(t, n, strings.Count(string(text), `{"kind":"`+kind+`"`), kind)
	}
	require.Contains(t, string(text), `"from":"1001","to":"999","text":"BOOK G123 2"`)
}

func TestPhoneWithoutAnAnswer(t *testing.T) {
	code, out, errs := run(t, &gateway{}, "BOOK\n", "phone", "--wait", "50ms")
	require.Equal(t, exitDiffers, code)
	require.Contains(t, out, "! no answer to 13800138001 within 50ms")
	require.Contains(t, errs, "no answer to line 1")

	code, _, errs = run(t, &gateway{}, "", "phone", "--ledger", t.TempDir())
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "smscsim: ledger: ")
}

func TestPhoneTellsOfAWrongPassword(t *testing.T) {
	code, out, errs := run(t, &gateway{password: "secret-1"}, "BOOK\n", "phone", "--system-id", "bench", "--password", "secret-2", "--bind-wait", "300ms")
	require.Equal(t, exitDiffers, code)
	require.Contains(t, out, "was refused: wrong password (compare --password with its configuration)")
	require.Contains(t, errs, "no ESME has bound as receiver or transceiver at 127.0.0.1:")
	require.NotContains(t, out+errs, "secret-")

	_, out, _ = run(t, &gateway{}, "BOOK\n", "phone", "--system-id", "other", "--bind-wait", "300ms")
	require.Contains(t, out, "was refused: unknown system_id (compare --system-id with its configuration)")
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var errs lockedBuffer
	p := &program{Listening: func(net.Addr) { cancel() }}
	code := p.Run(ctx, []string{"play", file(t, "x.txt", "@ 1\n> a\n< b\n"), "--listen", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, &errs)
	require.Equal(t, exitDiffers, code)
	require.Contains(t, errs.String(), "interrupted before an ESME bound")
}

const good = "# a good one\n@ 1001\n> BOOK\n< Y {code}\n> Y {code}\n< PAID\n! carrier withhold on\n"

func TestPlay(t *testing.T) {
	g := &gateway{answers: map[string]string{"BOOK": "Y 730214", "Y 730214": "PAID"}}
	code, out, errs := run(t, g, "", "play", file(t, "good.txt", good), "--settle", "20ms")
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, "a good one")
	require.Contains(t, out, "│ Y 730214 │")
	require.Contains(t, out, "1 as expected, 0 otherwise, 0 not playable here")
	require.Contains(t, errs, "has bound as transceiver")

	dir := filepath.Dir(file(t, "a.txt", "# a bad one\n@ 1001\n> BOOK\n< N {code}\n"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.txt"), []byte("# needs a bank\n@ 1001\n> BOOK\n< Y {code}\n! bank silent\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "c.txt"), []byte(good), 0o600))
	code, out, _ = run(t, g, "", "play", "--quiet", dir, "--settle", "20ms")
	require.Equal(t, exitDiffers, code)
	require.Contains(t, out, "a.txt:4: another text than expected to 1001\n\texpected: N {code}\n\tgot:      Y 730214\n")
	require.Contains(t, out, "b.txt:5: ! bank: control not supported here")
	require.Contains(t, out, "1 as expected, 1 otherwise, 1 not playable here")
	require.NotContains(t, out, "a good one")

	code, out, _ = run(t, g, "", "play", filepath.Join(dir, "b.txt"))
	require.Equal(t, exitDiffers, code, "nothing was compared")
	require.Contains(t, out, "0 as expected, 0 otherwise, 1 not playable here")
}

// TestPlayWorld: what a carrier cannot do is done where --world says, and each
// conversation has a world of its own.
func TestPlayWorld(t *testing.T) {
	g := &gateway{answers: map[string]string{"BOOK": "Y 730214", "Y 730214": "PAID"}}
	var mu sync.Mutex
	var lines []string
	world := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Line string }
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&in) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if lines = append(lines, in.Line); strings.Contains(in.Line, "sleepy") {
			http.Error(w, "no mode sleepy", http.StatusUnprocessableEntity)
		}
	}))
	defer world.Close()
	dir := filepath.Dir(file(t, "a.txt", "# a\n! world seats=2 named=true\n@ 1001\n> BOOK\n! bank silent\n< Y {code}\n! clock +31m\n"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.txt"), []byte(good), 0o600))
	code, out, errs := run(t, g, "", "play", "--quiet", dir, "--settle", "20ms", "--world", world.URL)
	require.Equal(t, exitOK, code, out+errs)
	require.Contains(t, out, "2 as expected, 0 otherwise, 0 not playable here")
	require.Equal(t, []string{"world seats=2 named=true", "bank silent", "clock +31m", "world"}, lines)

	code, out, _ = run(t, g, "", "play", "--quiet", file(t, "c.txt", "# c\n@ 1001\n! bank sleepy\n"), "--world", world.URL)
	require.Equal(t, exitDiffers, code)
	require.Contains(t, out, "c.txt:3: ! bank sleepy: 422 Unprocessable Entity: no mode sleepy")
	require.Contains(t, out, "0 as expected, 1 otherwise, 0 not playable here")

	world.Close()
	code, out, _ = run(t, g, "", "play", "--quiet", filepath.Join(dir, "b.txt"), "--world", world.URL)
	require.Equal(t, exitDiffers, code)
	require.Contains(t, out, "b.txt: no world: ")
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// typed gives a standard input that is a pipe with these lines in it.
func typed(t *testing.T, lines ...string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Close() })
	go func() {
		defer w.Close()
		_, _ = io.WriteString(w, strings.Join(lines, "\n")+"\n")
	}()
	return r
}

// output collects what a program prints while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// runLocal texts lines with `shortfare local` and gives what it printed.
func runLocal(t *testing.T, dir string, lines ...string) (code int, out, errs string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var o, e output
	p := program{in: typed(t, lines...), out: &o, err: &e}
	code = p.run(ctx, []string{"local", "--data", dir, "--http", "127.0.0.1:0", "--console", "127.0.0.1:0"})
	require.NoError(t, ctx.Err(), "it did not end by itself:\n%s", o.String())
	return code, o.String(), e.String()
}

func TestLocalAnswersAPipeAndGoesOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	code, out, errs := runLocal(t, dir, "# a comment is not texted", "REG Zhang Wei 11010519491231002X", "BOOK G123 TMR 2")
	require.Zero(t, code, errs)
	require.Contains(t, out, "< Registered: Zhang Wei, ID 1101**********002X.")
	require.NotContains(t, out, "a comment")
	quote := regexp.MustCompile(`Reply Y ([0-9]{6}) to pay.* Order ([0-9A-Z]{5})`).FindStringSubmatch(out)
	require.NotNil(t, quote, out)

	code, out, errs = runLocal(t, dir, "ORD "+quote[2], "Y "+quote[1], "ME")
	require.Zero(t, code, errs)
	require.Contains(t, out, "PAID CNY1106.")
	require.Contains(t, out, "Order "+quote[2])
	require.Contains(t, out, "< Zhang Wei, ID 1101**********002X: phone*8001 pays")
}

func TestLocalCommandsFromAPipe(t *testing.T) {
	t.Parallel()
	code, out, errs := runLocal(t, filepath.Join(t.TempDir(), "data"),
		"REG Zhang Wei 11010519491231002X", "/bank decline", "/crash", "/carrier drop", "/terminal show",
		"/clock +1m", "/bank never", "/bank", "/help", "/phone 13800138002", "ORD", "/quit", "ORD")
	require.Zero(t, code, errs)
	for _, want := range []string{"* the bank now: decline", "* the gateway was killed and is back", "* 1 connections cut",
		"* no faults", "* it is now ", `! bank: no mode "never"`, "! write it so: bank approve|decline", "/carrier FAULT", "* you are 13800138002 now", "< You have no orders."} {
		require.Contains(t, out, want)
	}
	require.Equal(t, 1, strings.Count(out, "> ORD"), "nothing is texted after /quit")
	require.NotContains(t, out, "/drop-ack", "the carrier's faults are behind /carrier only")
}

func TestLocalDeclineFromAPipe(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	_, out, _ := runLocal(t, dir, "REG Zhang Wei 11010519491231002X", "BOOK G123 TMR 1")
	code := regexp.MustCompile(`Reply Y ([0-9]{6})`).FindStringSubmatch(out)
	require.NotNil(t, code, out)
	exit, out, errs := runLocal(t, dir, "/bank decline", "Y "+code[1])
	require.Zero(t, exit, errs)
	require.Contains(t, out, "< Bank refused phone*8001: account not valid, or it cannot pay. Nothing charged.")
}

func TestLocalServesWithoutInput(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, errs output
	p := program{in: null, out: &out, err: &errs}
	done := make(chan int, 1)
	go func() {
		done <- p.run(ctx, []string{"local", "--data", filepath.Join(t.TempDir(), "data"), "--http", "127.0.0.1:0", "--console", "127.0.0.1:0"})
	}()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "serving until SIGTERM") }, 20*time.Second, 10*time.Millisecond)
	url := regexp.MustCompile(`http://[0-9.:]+[0-9]`).FindString(out.String())
	require.NotEmpty(t, url)
	status, body := get(t, url+"/healthz")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "ok\n", body)
	select {
	case <-done:
		require.Fail(t, "it ended before it was told to")
	default:
	}
	stop()
	select {
	case code := <-done:
		require.Zero(t, code, errs.String())
	case <-time.After(30 * time.Second):
		require.Fail(t, "it did not end")
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url) //nolint:gosec // of a listener of this test
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

func TestLocalRefusesABadCommandLine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"local", "extra"}, {"local", "--log", "loud"}, {"local", "--nothing"}, {"demo"}, {"nothing"}, {}} {
		var out, errs output
		require.Equal(t, exitUsage, program{out: &out, err: &errs}.run(t.Context(), args), "%v", args)
		require.NotEmpty(t, errs.String())
	}
}

// TestServeRefusesABadKey starts the service with keys it must not use.
func TestServeRefusesABadKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := filepath.Join(dir, "vault.key")
	file := filepath.Join(dir, "shortfare.yaml")
	require.NoError(t, os.WriteFile(file, []byte("short_code: \"12345\"\nstore: {url: \"sqlite:"+filepath.Join(dir, "d.db")+"\"}\n"+
		"vault: {key_file: \""+key+"\"}\nhttp: {listen: \"127.0.0.1:0\"}\nsmpp:\n  links:\n    - {name: a, addr: \"127.0.0.1:1\", system_id: a, password: a}\n"+
		"ticketing:\n  terminals:\n    - {name: local}\n"), 0o600))
	serve := func() (int, string) {
		var out, errs output
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		code := program{out: &out, err: &errs}.run(ctx, []string{"serve", "--config", file})
		require.NoError(t, ctx.Err(), "it serves: %s", errs.String())
		return code, errs.String()
	}
	code, errs := serve()
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, key, "missing")

	var out output
	require.Zero(t, program{out: &out, err: &out}.run(t.Context(), []string{"key", key}))
	require.NotZero(t, program{out: &out, err: &out}.run(t.Context(), []string{"key", key}), "a key is never replaced")

	require.NoError(t, os.Chmod(key, 0o644))
	code, errs = serve()
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "chmod 0400 "+key)

	require.NoError(t, os.Chmod(key, 0o600))
	require.NoError(t, os.WriteFile(key, []byte("bm90IGEga2V5\n"), 0o600))
	code, errs = serve()
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "does not hold 32 bytes")
	require.NotContains(t, errs, "bm90IGEga2V5", "what is in the file is not told")
	require.NoFileExists(t, filepath.Join(dir, "d.db"), "nothing was opened")
}

// TestCheckReadsMessages: `check` names what a language lacks and what it has wrong.
func TestCheckReadsMessages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	words := filepath.Join(dir, "words")
	require.NoError(t, os.Mkdir(words, 0o700))
	key, file := filepath.Join(dir, "vault.key"), filepath.Join(dir, "shortfare.yaml")
	require.NoError(t, os.WriteFile(file, []byte("short_code: \"12345\"\nmessages_dir: "+words+"\nvault: {key_file: \""+key+"\"}\n"+
		"smpp:\n  links:\n    - {name: a, addr: \"127.0.0.1:1\", system_id: a, password: a}\nticketing:\n  terminals:\n    - {name: local}\n"), 0o600))
	run := func(args ...string) (int, string) {
		var out output
		code := program{out: &out, err: &out}.run(t.Context(), args)
		return code, out.String()
	}
	code, _ := run("key", key)
	require.Zero(t, code)
	for _, c := range []struct{ name, text, want string }{
		{"", "", file + ":2: messages_dir: no file xx.txt in it"},
		{"en.txt", "agent = A person reads this.\n", "is valid"},
		{"fr.txt", "agent = Noté.\n", file + ":2: messages_dir: "},
		{"fr.txt", "agent = Noté.\n", "fr.txt: account.alias, "},
		{"fr.txt", "agents = Noté.\n", "fr.txt: line 1: agents: no such key"},
		{"fr.txt", "agent = Noté.\nwrong = " + strings.Repeat("Code faux. ", 20) + "\n", "need a second segment: fr.txt: line 2: wrong: too long by 59: 219 of 160 characters; shorten"},
	} {
		if c.name != "" {
			require.NoError(t, os.WriteFile(filepath.Join(words, c.name), []byte(c.text), 0o600))
		}
		code, out := run("check", "--config", file)
		require.Contains(t, out, c.want)
		require.Equal(t, c.want == "is valid", code == exitOK)
	}
	config, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(config, "messages_long: allow\n"...), 0o600))
	_, out := run("check", "--config", file)
	require.Contains(t, out, "warning: need a second segment: fr.txt: line 2: wrong: too long by 59")
}

func TestDemoFailsWhenAnAnswerDiffers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.txt"), filepath.Join(dir, "bad.txt")
	require.NoError(t, os.WriteFile(good, []byte("# Good\n@ 13800138001\n> ORD\n< You have no orders.{*}\n"), 0o600))
	require.NoError(t, os.WriteFile(bad, []byte("# Bad\n@ 13800138001\n> ORD\n< You have ten orders.\n"), 0o600))
	var out, errs output
	require.Equal(t, exitFailed, program{out: &out, err: &errs}.run(t.Context(), []string{"demo", good, bad}))
	require.Contains(t, out.String(), "2 conversation(s), 1 differ")
	require.Contains(t, errs.String(), "bad.txt:4")
	require.Contains(t, errs.String(), "You have ten orders.")
	require.NotContains(t, errs.String(), "good.txt")

	var fine output
	require.Zero(t, program{out: &fine, err: &fine}.run(t.Context(), []string{"demo", good}))
	require.Contains(t, fine.String(), "1 conversation(s), 0 differ")
	require.Equal(t, exitFailed, program{out: &fine, err: &fine}.run(t.Context(), []string{"demo", filepath.Join(dir, "none.txt")}))
}

// TestReadyAndMetrics asks the product how it is, with the carrier there and gone.
func TestReadyAndMetrics(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop()})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	ask := func(path string) (int, string) {
		rec := httptest.NewRecorder()
		w.handler().ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		return rec.Code, rec.Body.String()
	}
	state := func() (int, map[string]string) {
		code, body := ask("/readyz")
		all := map[string]string{}
		require.NoError(t, json.Unmarshal([]byte(body), &all), body)
		return code, all
	}
	require.Eventually(t, func() bool { code, _ := state(); return code == http.StatusOK }, 10*time.Second, 10*time.Millisecond)
	_, all := state()
	require.Equal(t, map[string]string{"store": "ok", "bank": "ok", "link local": "ok", "terminal local": "ok"}, all)

	require.NoError(t, w.Text("13800138001", "ORD"))
	wait, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err = w.Next(wait, "13800138001")
	require.NoError(t, err)
	code, body := ask("/metrics")
	require.Equal(t, http.StatusOK, code)
	for _, want := range []string{"shortfare_texts_total 1", "shortfare_replies_total 1", "shortfare_attempts_total 0", `shortfare_link_bound{carrier="local",link="local"} 1`,
		`shortfare_link_texts_in_total{carrier="local",link="local"} 1`, `shortfare_link_binds_total{carrier="local",link="local"} 1`, "go_goroutines"} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "13800138001")

	require.NoError(t, w.Control(ctx, []string{"carrier", "refuse-binds", "on"}))
	require.NoError(t, w.Control(ctx, []string{"carrier", "drop"}))
	require.Eventually(t, func() bool { code, _ := state(); return code == http.StatusServiceUnavailable }, 10*time.Second, 10*time.Millisecond)
	_, all = state()
	require.Equal(t, "ok", all["store"])
	require.NotEqual(t, "ok", all["link local"], "the link is named")
	code, _ = ask("/healthz")
	require.Equal(t, http.StatusOK, code, "the process is well")

	require.NoError(t, w.Control(ctx, []string{"carrier", "heal"}))
	require.NoError(t, w.Control(ctx, []string{"bank", "down"}))
	require.Eventually(t, func() bool {
		code, all := state()
		return code == http.StatusServiceUnavailable && all["link local"] == "ok" && all["bank"] != "ok"
	}, 20*time.Second, 20*time.Millisecond)
}

package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

func TestServe(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	g := &gateway{password: "pw", answers: map[string]string{"BOOK": "Y 730214"}}
	ledger := filepath.Join(t.TempDir(), "ledger.jsonl")
	gone := make(chan struct{})
	var got string
	p := &program{Listening: func(a net.Addr) {
		go func() { defer close(gone); g.serve(a) }()
	}, API: func(a net.Addr) {
		go func() {
			defer cancel()
			get := func(path, body string) string {
				method := http.MethodGet
				if body != "" {
					method = http.MethodPost
				}
				r, err := http.NewRequestWithContext(ctx, method, "http://"+a.String()+path, strings.NewReader(body))
				if err != nil {
					return err.Error()
				}
				r.Header.Set("Content-Type", "application/json")
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					return err.Error()
				}
				defer resp.Body.Close()
				text, _ := io.ReadAll(resp.Body) // the test compares it
				return string(text)
			}
			got = get("/v1/mo", `{"from":"1001","text":"BOOK"}`) + get("/v1/texts?to=1001&wait=10s", "") + get("/v1/control", `{"line":"throttle 1"}`)
		}()
	}}
	var out, errs lockedBuffer
	code := p.Run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--ledger", ledger, "--account", "bench:pw,rate=100,window=5,code=12345"}, nil, &out, &errs)
	<-gone
	require.Equal(t, exitOK, code, errs.String())
	require.Contains(t, out.String(), "API at http://127.0.0.1:")
	require.Contains(t, errs.String(), "with one of 1 accounts")
	require.Contains(t, got, `{"id":1}`)
	require.Contains(t, got, `"text":"Y 730214"`)
	require.Contains(t, got, "100%")
	text, err := os.ReadFile(ledger)
	require.NoError(t, err)
	require.Contains(t, string(text), `"kind":"pdu"`)

	code, _, said := run(t, nil, "", "serve", "--http", "0.0.0.0:0")
	require.Equal(t, exitUsage, code)
	require.Contains(t, said, "anybody could text")
}

func TestAccounts(t *testing.T) {
	name, a, err := parseAccount("gw:p:w,bind=receiver,bind=transmitter,binds=2,rate=1.5,window=9,receipts=off,code=100,code=101")
	require.NoError(t, err)
	require.Equal(t, "gw", name)
	require.Equal(t, smsc.Account{Password: "p:w", Binds: []pdu.CommandID{pdu.BindReceiver, pdu.BindTransmitter}, MaxBinds: 2, Rate: 1.5, Window: 9,
		NoReceipts: true, ShortCodes: []string{"100", "101"}}, a)
	for _, text := range []string{"", "gw", ":pw", "gw:secret,x=1", "gw:secret,bind=both", "gw:secret,rate=x", "gw:secret,receipts=maybe"} {
		_, _, err := parseAccount(text)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestLoad(t *testing.T) {
	g := &gateway{answers: map[string]string{"BOOK": "PAID"}}
	code, out, errs := run(t, g, "", "load", "--text", "BOOK", "--phones", "5", "--rounds", "20", "--strict", "--window", "10")
	require.Equal(t, exitOK, code, errs)
	var res struct {
		Messages, Answered, Missing int64
		E2E                         map[string]float64 `json:"e2e_ms"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &res))
	require.EqualValues(t, []int64{100, 100, 0}, []int64{res.Messages, res.Answered, res.Missing})
	require.Greater(t, res.E2E["p99"], 0.0)
	require.Contains(t, errs, "text to reply")

	code, _, errs = run(t, g, "", "load", "--script", file(t, "s.txt", "HELLO\n"), "--messages", "3", "--reply-timeout", "200ms", "--strict", "--fault", "duplicate 1")
	require.Equal(t, exitDiffers, code)
	require.Contains(t, errs, "3 missing")
	for want, args := range map[string][]string{
		"there is no {x}":              {"load", "--text", "{x}"},
		"--long is udh8":               {"load", "--long", "wide"},
		"--correlate needs a group":    {"load", "--correlate", "x"},
		"no such file":                 {"load", "--script", "nowhere"},
		`load takes no "x"`:            {"load", "x"},
		"no such carrier control":      {"load", "--fault", "explode"},
		`serve takes no "x"`:           {"serve", "x"},
		"an account is written NAME:P": {"serve", "--account", "x"},
	} {
		code, _, errs := run(t, nil, "", args...)
		require.Equal(t, exitUsage, code, args)
		require.Contains(t, errs, want)
	}
}

func TestEchoIsAnESME(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	code := make(chan int, 1)
	p := &program{Listening: func(a net.Addr) {
		go func() {
			code <- (&program{}).Run(ctx, []string{"echo", "--addr", a.String()}, nil, io.Discard, io.Discard)
		}()
	}}
	var out, errs lockedBuffer
	require.Equal(t, exitOK, p.Run(ctx, []string{"load", "--listen", "127.0.0.1:0", "--text", "N{n} " + strings.Repeat("x", 200), "--correlate", `N(\d+)`,
		"--rounds", "3", "--strict"}, nil, &out, &errs), errs.String())
	require.Equal(t, exitOK, <-code)
	code2 := (&program{}).Run(ctx, []string{"echo", "--addr", "127.0.0.1:1"}, nil, io.Discard, io.Discard)
	require.Equal(t, exitUsage, code2)
}

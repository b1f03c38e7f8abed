package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// echo is an ESME that answers every text with the same.
func echo(t *testing.T, s *smsc.SMSC) {
	near, far := net.Pipe()
	go s.ServeConn(t.Context(), far)
	e, err := smpp.Bind(t.Context(), near, smpp.BindRequest{SystemID: "gw"}, smpp.Config{Handle: func(r *smpp.Request) {
		_ = r.Respond(pdu.ESME_ROK, nil) // a session that has ended needs none
		_ = r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source,
			ShortMessage: r.PDU.ShortMessage}, func(*pdu.PDU, error) {}) // as above
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Close() })
	require.NoError(t, s.WaitBound(t.Context(), 1))
}

func call(t *testing.T, server *httptest.Server, method, path, body string, change ...func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	resp, err := server.Client().Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(all)
}

func start(t *testing.T, o Options) (*smsc.SMSC, *httptest.Server) {
	s := smsc.New(smsc.Config{KeepPDUs: 100})
	server := httptest.NewServer(Handler(s, o))
	t.Cleanup(server.Close)
	return s, server
}

func TestATextAndItsAnswer(t *testing.T) {
	s, server := start(t, Options{ShortCode: "12345"})
	echo(t, s)
	code, body := call(t, server, "POST", "/v1/mo", `{"from":"13800138001","text":"你好 <G1>","long":"sar","encoding":"ucs2"}`)
	require.Equal(t, http.StatusAccepted, code, body)
	require.JSONEq(t, `{"id":1}`, body)
	code, body = call(t, server, "GET", "/v1/texts?to=%2B13800138001&wait=10s&after=0", "")
	require.Equal(t, http.StatusOK, code)
	var texts []smsc.Text
	require.NoError(t, json.Unmarshal([]byte(body), &texts))
	require.Len(t, texts, 1)
	require.Equal(t, "12345", texts[0].From)
	code, body = call(t, server, "GET", "/v1/mo/1?wait=10s", "")
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, `"text":"你好 <G1>"`)
	require.Contains(t, body, `"state":"acked"`)
	_, body = call(t, server, "GET", "/v1/texts?after=1&wait=10ms", "")
	require.Equal(t, "[]\n", body)
	_, body = call(t, server, "GET", "/v1/binds", "")
	require.Contains(t, body, `"kind":"transceiver","system_id":"gw"`)
	_, body = call(t, server, "GET", "/v1/state", "")
	require.Contains(t, body, `"last_text":1`)
	_, body = call(t, server, "GET", "/v1/ledger", "")
	for _, kind := range []string{"mo", "mt", "text", "pdu"} {
		require.Contains(t, body, `{"kind":"`+kind+`"`)
	}
}

func TestEvents(t *testing.T) {
	s, server := start(t, Options{ShortCode: "12345"})
	echo(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	stream := func(last string) *bufio.Scanner {
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/v1/events?after=0", nil)
		require.NoError(t, err)
		if last != "" {
			r.Header.Set("Last-Event-ID", last)
		}
		resp, err := server.Client().Do(r)
		require.NoError(t, err)
		require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
		t.Cleanup(func() { _ = resp.Body.Close() })
		return bufio.NewScanner(resp.Body)
	}
	lines := stream("")
	for _, text := range []string{"one", "two"} {
		code, _ := call(t, server, "POST", "/v1/mo", `{"from":"1001","text":"`+text+`"}`)
		require.Equal(t, http.StatusAccepted, code)
	}
	next := func(lines *bufio.Scanner) (event []string) {
		for lines.Scan() && lines.Text() != "" {
			event = append(event, lines.Text())
		}
		return event
	}
	first := next(lines)
	require.Equal(t, []string{"id: 1", "event: text"}, first[:2])
	require.Contains(t, first[2], `data: {"id":1,"to":"1001","from":"12345","text":"one"`)
	require.Equal(t, "id: 2", next(lines)[0])
	require.Equal(t, "id: 2", next(stream("1"))[0], "goes on where a browser was cut off")
	cancel()
}

func TestFaultsByHTTP(t *testing.T) {
	s, server := start(t, Options{})
	echo(t, s)
	code, body := call(t, server, "POST", "/v1/control", `{"line":"throttle 0.5"}`)
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, "50%")
	code, _ = call(t, server, "POST", "/v1/control", `{"words":["drop"]}`)
	require.Equal(t, http.StatusOK, code)
	code, body = call(t, server, "POST", "/v1/control", `{"line":"explode"}`)
	require.Equal(t, http.StatusBadRequest, code)
	require.Contains(t, body, "no such carrier control")
	code, _ = call(t, server, "POST", "/v1/control", `{"line":"outbind 127.0.0.1:1"}`)
	require.Equal(t, http.StatusBadGateway, code)
	_, body = call(t, server, "GET", "/v1/controls", "")
	for _, c := range smsc.Controls() {
		require.Contains(t, body, `"verb":"`+c.Verb+`"`)
	}
}

func TestWrongRequests(t *testing.T) {
	_, server := start(t, Options{})
	for name, x := range map[string]struct {
		method, path, body string
		want               int
	}{
		"no JSON":        {"POST", "/v1/mo", "BOOK", http.StatusBadRequest},
		"two values":     {"POST", "/v1/mo", `{"from":"1"}{}`, http.StatusBadRequest},
		"unknown field":  {"POST", "/v1/mo", `{"form":"1"}`, http.StatusBadRequest},
		"no sender":      {"POST", "/v1/mo", `{"to":"1","text":"x"}`, http.StatusBadRequest},
		"wrong encoding": {"POST", "/v1/mo", `{"from":"1","text":"x","encoding":"ebcdic"}`, http.StatusBadRequest},
		"wrong form":     {"POST", "/v1/mo", `{"from":"1","text":"x","long":"wide"}`, http.StatusBadRequest},
		"too long":       {"POST", "/v1/mo", `{"from":"1","text":"` + strings.Repeat("x", MaxBody) + `"}`, http.StatusRequestEntityTooLarge},
		"no such text":   {"GET", "/v1/mo/7", "", http.StatusNotFound},
		"wrong id":       {"GET", "/v1/mo/x", "", http.StatusNotFound},
		"wrong wait":     {"GET", "/v1/texts?wait=soon", "", http.StatusBadRequest},
		"wrong wait mo":  {"GET", "/v1/mo/1?wait=-1s", "", http.StatusBadRequest},
		"wrong after":    {"GET", "/v1/texts?after=-1", "", http.StatusBadRequest},
		"wrong event":    {"GET", "/v1/events?after=x", "", http.StatusBadRequest},
		"no such path":   {"GET", "/v2", "", http.StatusNotFound},
		"wrong method":   {"GET", "/v1/control", "", http.StatusMethodNotAllowed},
	} {
		code, body := call(t, server, x.method, x.path, x.body)
		require.Equal(t, x.want, code, name+": "+body)
	}
}

func TestWhoMayUseIt(t *testing.T) {
	_, server := start(t, Options{Token: "secret-1"})
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			if name == "Host" {
				r.Host = value
			}
			r.Header.Set(name, value)
		}
	}
	token := with("Authorization", "Bearer secret-1")
	for _, x := range []struct {
		want   int
		change []func(*http.Request)
	}{
		{http.StatusOK, []func(*http.Request){token}},
		{http.StatusOK, []func(*http.Request){token, with("Host", "localhost:8080")}},
		{http.StatusUnauthorized, nil},
		{http.StatusUnauthorized, []func(*http.Request){with("Authorization", "Bearer secret-2")}},
		{http.StatusForbidden, []func(*http.Request){token, with("Host", "rebound.example:80")}},
		{http.StatusUnsupportedMediaType, []func(*http.Request){token, with("Content-Type", "text/plain")}},
		{http.StatusForbidden, []func(*http.Request){token, with("Sec-Fetch-Site", "cross-site")}},
	} {
		code, body := call(t, server, "POST", "/v1/control", `{"line":"heal"}`, x.change...)
		require.Equal(t, x.want, code, body)
		require.NotContains(t, body, "secret-")
	}
}

func TestTooManyWait(t *testing.T) {
	x := &server{smsc: smsc.New(smsc.Config{}), streams: make(chan struct{})}
	w := httptest.NewRecorder()
	x.texts(w, httptest.NewRequest("GET", "/v1/texts?wait=1s", nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
}

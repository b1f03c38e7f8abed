package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/smsc"
	"shortfare/smpp/smsc/scenario"
)

// TestStage plays conversations from a carrier of its own, each in a new world.
func TestStage(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	carrier := smsc.New(smsc.Config{Window: 100, ResendAfter: 200 * time.Millisecond})
	serving, stopCarrier := context.WithCancel(ctx)
	carrierDone := make(chan error, 1)
	go func() { carrierDone <- carrier.Serve(serving, l) }()
	var out, errs output
	staging, stop := context.WithCancel(ctx)
	code := make(chan int, 1)
	go func() {
		code <- program{out: &out, err: &errs}.run(staging, []string{"stage", "--carrier", l.Addr().String(), "--control", "127.0.0.1:0"})
	}()
	url := regexp.MustCompile(`http://\S+/control`)
	require.Eventually(t, func() bool { return url.MatchString(out.String()) }, 30*time.Second, 10*time.Millisecond, errs.String())
	post := func(kind, body string) (int, string) {
		resp, err := http.Post(url.FindString(out.String()), kind, strings.NewReader(body))
		require.NoError(t, err)
		defer resp.Body.Close()
		said, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(said)
	}
	control := func(args ...string) (int, string) {
		body, err := json.Marshal(map[string]string{"line": strings.Join(args, " ")})
		require.NoError(t, err)
		return post("application/json; charset=utf-8", string(body))
	}
	for _, file := range []string{"book-en.txt", "book-zh.txt", "crash-en.txt", "class-full-en.txt", "carrier-drop-zh.txt"} {
		playOnStage(ctx, t, carrier, control, file)
	}
	for _, c := range []struct {
		kind, body string
		status     int
		want       string
	}{
		{"application/json", `{"line":"world seats=many"}`, http.StatusUnprocessableEntity, "seats=many"},
		{"application/json", `{"line":"world colour=red"}`, http.StatusUnprocessableEntity, "not colour"},
		{"application/json", `{"line":"bank sleepy"}`, http.StatusUnprocessableEntity, "sleepy"},
		{"application/json", `{"line":"carrier drop"}`, http.StatusUnprocessableEntity, "the carrier is not ours"},
		{"application/json", `{"line":""}`, http.StatusUnprocessableEntity, "known here"},
		{"application/json", `bank silent`, http.StatusBadRequest, `write {"line": "bank silent"}`},
		{"text/plain", `{"line":"bank silent"}`, http.StatusUnsupportedMediaType, "application/json"},
		{"application/json", `{"line":"bank silent"}`, http.StatusOK, "the bank now: silent"},
	} {
		status, said := post(c.kind, c.body)
		require.Equal(t, c.status, status, c.body)
		require.Contains(t, said, c.want)
	}
	stop()
	require.Equal(t, exitOK, <-code, errs.String())
	stopCarrier()
	require.NoError(t, <-carrierDone)
}

// playOnStage plays a conversation in a new world of the stage.
func playOnStage(ctx context.Context, t *testing.T, carrier *smsc.SMSC, control func(...string) (int, string), file string) {
	t.Helper()
	s, err := scenario.ParseFile("../../testdata/scenario/" + file)
	require.NoError(t, err)
	world := []string{"world"}
	for _, st := range s.Steps {
		if st.Kind == scenario.Control && st.Args[0] == "world" {
			world = append(world, st.Args[1:]...)
		}
	}
	status, said := control(world...)
	require.Equal(t, http.StatusOK, status, said)
	w := scenario.NewCarrier(carrier, "12345")
	w.More = func(_ context.Context, args []string) error {
		switch args[0] {
		case "carrier", "wait":
			return scenario.ErrUnsupported
		case "world":
			return nil
		}
		status, said := control(args...)
		require.Equal(t, http.StatusOK, status, said)
		return nil
	}
	require.NoError(t, scenario.Play(ctx, s, w, nil))
}

func TestStageRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"--control 0.0.0.0:0", "0.0.0.0:0 is no address of this machine alone"},
		{"--control nonsense", "nonsense is no address"},
		{"--log loud", "log: "},
		{"more", "stage takes no arguments: more"},
		{"--help", "smscsim play"},
	} {
		var out, errs output
		require.Equal(t, exitUsage, program{out: &out, err: &errs}.run(t.Context(), append([]string{"stage"}, strings.Fields(c.args)...)))
		require.Contains(t, errs.String(), c.want)
	}
}

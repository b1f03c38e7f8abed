package register_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/identity/register"
	"shortfare/booking/identity/register/sim"
	"shortfare/booking/vault"
)

const (
	number = "11010519491231002X"
	owner  = booking.MSISDN(8613800138001)
)

var secret = []byte("0123456789abcdef0123456789abcdef")

func newVault(t testing.TB) booking.Vault {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	require.NoError(t, err)
	return v
}

func question(v booking.Vault, key string) booking.VerifyRequest {
	return booking.VerifyRequest{Key: key, Owner: owner, Name: "Zhang Wei",
		Document: booking.Document{Kind: "resident_id", Masked: "1101**********002X", Sealed: v.Seal(booking.SecretDocument, owner.String(), []byte(number))}}
}

// start runs a simulated register and an adapter that asks it.
func start(t *testing.T, change func(*register.Options)) (*register.HTTP, *sim.Register, booking.Vault) {
	t.Helper()
	s := &sim.Register{Key: secret, Delay: time.Millisecond}
	url, stop, err := s.Start()
	require.NoError(t, err)
	t.Cleanup(stop)
	v := newVault(t)
	o := register.Options{URL: url, Key: secret, Vault: v, Timeout: 30 * time.Second}
	if change != nil {
		change(&o)
	}
	r, err := register.New(o)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r, s, v
}

// Every way of answering is one of three outcomes, and only complete, signed,
// fresh answers to this question are a yes or a no (as B06 has it for banks). The
// faults come in pairs: what was decided before its answer was lost is told,
// unchanged, when the same question is asked again.
func TestB06EveryAnswer(t *testing.T) {
	for _, c := range []struct {
		mode    sim.Mode
		want    booking.Verdict
		decided bool
		cause   string
	}{
		{sim.Yes, booking.Done, true, ""},
		{sim.No, booking.Refused, true, ""},
		{sim.Slow, booking.Done, true, ""},
		{sim.Silent, booking.Unknown, false, "no answer in time"},
		{sim.SilentDone, booking.Unknown, true, "no answer in time"},
		{sim.Cut, booking.Unknown, false, "connection cut"},
		{sim.CutDone, booking.Unknown, true, "connection cut"},
		{sim.Half, booking.Unknown, true, "connection cut"},
		{sim.Down, booking.Unknown, false, "status 500"},
		{sim.DownDone, booking.Unknown, true, "status 502"},
		{sim.Error, booking.Unknown, true, "could not decide"},
		{sim.Garbage, booking.Unknown, true, "not what the contract says"},
		{sim.Broken, booking.Unknown, true, "no HTTP spoken"},
		{sim.Unsigned, booking.Unknown, true, "signature: no time"},
		{sim.Forged, booking.Unknown, true, "signature: none that is right"},
		{sim.Stale, booking.Unknown, true, "signature: its time"},
		{sim.Other, booking.Unknown, true, "signature: of another message"},
		{sim.Mixed, booking.Unknown, true, "about another question"},
		{sim.Huge, booking.Unknown, true, "longer than"},
		{sim.Redirect, booking.Unknown, true, "status 307"},
		{sim.Reflected, booking.Unknown, true, "not what the contract says"},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			r, s, v := start(t, func(o *register.Options) {
				if c.cause == "no answer in time" {
					o.Timeout = 50 * time.Millisecond
				}
			})
			require.NoError(t, s.SetMode(string(c.mode)))
			got := r.Verify(t.Context(), question(v, "q1"))
			require.Equal(t, c.want, got.Verdict, "%v", got.Cause)
			require.Equal(t, 1, s.Asked(), "nothing is tried again here")
			switch c.want {
			case booking.Done:
				require.Equal(t, booking.IsDone(booking.Verified{Ref: "R1"}), got)
			case booking.Refused:
				require.Equal(t, booking.IsRefused[booking.Verified](booking.ReasonIdentity), got)
			default:
				require.ErrorContains(t, got.Cause, c.cause)
				require.NotContains(t, got.Cause.Error(), number[:8])
				require.NotContains(t, got.Cause.Error(), "http://")
			}
			d, ok := s.Decided()["q1"]
			require.Equal(t, c.decided, ok)
			if ok {
				require.Equal(t, register.Request{Key: "q1", Name: "Zhang Wei", Document: register.Document{Kind: "resident_id", Number: number}}, d.Request)
			}

			// What comes out of asking again when all is well.
			require.NoError(t, s.SetMode("no"))
			patient, err := register.New(register.Options{URL: urlOf(t, s), Key: secret, Vault: v})
			require.NoError(t, err)
			again := patient.Verify(t.Context(), question(v, "q1"))
			want := booking.Refused
			if c.decided && c.mode != sim.No {
				want = booking.Done
			}
			require.Equal(t, want, again.Verdict, "%v", again.Cause)
		})
	}
	listed := sim.Modes()
	require.Len(t, listed, 21, "every mode has a line above")
}

func urlOf(t *testing.T, s *sim.Register) string {
	t.Helper()
	url, stop, err := s.Start()
	require.NoError(t, err)
	t.Cleanup(stop)
	return url
}

// A register that knows the contract refuses what breaks it; each is unknown here.
func TestRefusedQuestions(t *testing.T) {
	r, s, v := start(t, func(o *register.Options) { o.Key = bytes.Repeat([]byte("k"), 32) })
	got := r.Verify(t.Context(), question(v, "q1"))
	require.ErrorContains(t, got.Cause, "status 401")
	require.Zero(t, s.Asked())

	r, s, v = start(t, func(o *register.Options) {
		o.Now = func() time.Time { return time.Now().Add(-register.Tolerance - time.Minute) }
	})
	require.ErrorContains(t, r.Verify(t.Context(), question(v, "q1")).Cause, "status 401")
	require.Zero(t, s.Asked())

	r, _, v = start(t, nil)
	require.Equal(t, booking.Done, r.Verify(t.Context(), question(v, "q1")).Verdict)
	q := question(v, "q1")
	q.Name = "Li Na"
	require.ErrorContains(t, r.Verify(t.Context(), q).Cause, "status 409")
}

// C09, header injection: a key that could end a header is not sent at all, and a
// name arrives as it is, whatever is in it.
func TestC09Headers(t *testing.T) {
	r, s, v := start(t, nil)
	for _, key := range []string{"", "a\r\nX-Admin: 1", "a\nb", "a b", "\x1b[31m", "中", strings.Repeat("k", 65)} {
		got := r.Verify(t.Context(), question(v, key))
		require.Equal(t, booking.Unknown, got.Verdict)
		require.ErrorContains(t, got.Cause, "key of the question")
	}
	require.Zero(t, s.Asked())
	for i, name := range []string{"a\r\nwebhook-signature: x", `","result":"match","x":"`, "=cmd|' /C calc'!A0", "{{.}} {code}", "\x00\x1b]0;x\a", "张伟"} {
		q := question(v, fmt.Sprint("n", i))
		q.Name = name
		require.Equal(t, booking.Done, r.Verify(t.Context(), q).Verdict)
		require.Equal(t, name, s.Decided()[q.Key].Name)
	}
	q := question(v, "bad")
	q.Name = "a\xffb"
	require.Equal(t, booking.Done, r.Verify(t.Context(), q).Verdict)
	require.Equal(t, "a\uFFFDb", s.Decided()["bad"].Name)
}

// I9: the number is in the body and nowhere else.
func TestNumberOnlyInTheBody(t *testing.T) {
	var head bytes.Buffer
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintln(&head, r.Method, r.URL, r.Header)
		if bytes.Contains(body, []byte(number)) {
			fmt.Fprintln(&head, "body has it")
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write(body)
	}))
	defer srv.Close()
	v := newVault(t)
	r, err := register.New(register.Options{URL: srv.URL, Key: secret, Vault: v})
	require.NoError(t, err)
	defer r.Close()
	got := r.Verify(t.Context(), question(v, "q1"))
	srv.Close()
	require.Contains(t, head.String(), "body has it")
	for _, text := range []string{head.String(), fmt.Sprintf("%v %+v", got.Cause, got), fmt.Sprintf("%+v", question(v, "q1").Document.Masked)} {
		require.NotContains(t, text, number)
	}
}

func TestSealedForSomebodyElse(t *testing.T) {
	r, s, v := start(t, nil)
	q := question(v, "q1")
	q.Owner++
	got := r.Verify(t.Context(), q)
	require.ErrorContains(t, got.Cause, "open document")
	require.Zero(t, s.Asked())
}

func TestContextEndsTheCall(t *testing.T) {
	r, s, v := start(t, nil)
	require.NoError(t, s.SetMode("silent"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := r.Verify(ctx, question(v, "q1"))
	require.Equal(t, booking.Unknown, got.Verdict)
	require.ErrorIs(t, got.Cause, context.Canceled)
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, r.Verify(ctx, question(v, "q1")).Cause, "no answer in time")
}

func TestReady(t *testing.T) {
	var later atomic.Int64
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(later.Load())) }
	r, s, v := start(t, func(o *register.Options) { o.Now = now })
	s.Now = now
	ask := func(mode string) {
		require.NoError(t, s.SetMode(mode))
		r.Verify(t.Context(), question(v, mode))
	}
	require.NoError(t, r.Ready(t.Context()))
	ask("500")
	ask("500")
	require.NoError(t, r.Ready(t.Context()), "two may be chance")
	ask("cut")
	require.ErrorContains(t, r.Ready(t.Context()), "last 3 questions")
	later.Store(int64(register.Rest - 1))
	require.Error(t, r.Ready(t.Context()))
	later.Store(int64(register.Rest))
	require.NoError(t, r.Ready(t.Context()), "to be tried again")
	ask("500")
	require.Error(t, r.Ready(t.Context()), "once more is enough")
	ask("no")
	require.NoError(t, r.Ready(t.Context()), "a no is an answer")
}

func TestNone(t *testing.T) {
	require.Equal(t, booking.IsDone(booking.Verified{}), register.None{}.Verify(t.Context(), booking.VerifyRequest{}))
	require.NoError(t, register.None{}.Ready(t.Context()))
}

func TestOptions(t *testing.T) {
	v := newVault(t)
	for _, o := range []register.Options{
		{URL: "https://h/", Key: secret, Vault: v}, // no authority
		{URL: "http://127.0.0.1/", Key: secret},
		{URL: "http://127.0.0.1/", Key: secret[:31], Vault: v},
		{URL: "http://register.example/", Key: secret, Vault: v},
	} {
		_, err := register.New(o)
		require.Error(t, err, o.URL)
	}
	for url, want := range map[string]string{
		"https://h/v": "", "http://127.0.0.1:8080/v": "", "http://[::1]/": "", "http://localhost/": "",
		"": "is no URL", "h/v": "is no URL", "https://": "is no URL", "https:h": "is no URL", "::": "is no URL",
		"http://h/v": "not secured", "ftp://h/v": "not known", "https://u:p@h/v": "holds a user", "https://h/v?x=1": "query", "https://h/#a": "query",
	} {
		err := register.CheckURL(url)
		if want == "" {
			require.NoError(t, err, url)
			continue
		}
		require.ErrorContains(t, err, want, url)
	}
}

func TestReadKey(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		f := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(f, []byte(text), 0o600))
		require.NoError(t, os.Chmod(f, mode))
		return f
	}
	key, err := register.ReadKey(write("good", string(secret)+"\r\n", 0o400))
	require.NoError(t, err)
	require.Equal(t, secret, key)
	require.NoError(t, vault.Create(filepath.Join(dir, "made")))
	key, err = register.ReadKey(filepath.Join(dir, "made"))
	require.NoError(t, err, "what `shortfare key` makes will do")
	require.Len(t, key, 44)
	for file, want := range map[string]string{
		write("open", string(secret), 0o440):            "chmod 0400",
		write("short", string(secret[:31]), 0o400):      "holds 31 characters",
		write("long", strings.Repeat("k", 5000), 0o400): "write 32 to 4095",
		filepath.Join(dir, "none"):                      "no such file",
		dir:                                             "no regular file",
	} {
		_, err := register.ReadKey(file)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), string(secret[:16]))
	}
}

func TestSimRefusesUnknownModes(t *testing.T) {
	require.ErrorContains(t, new(sim.Register).SetMode("maybe"), "not known")
}

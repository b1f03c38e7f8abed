package interop

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// kannel is bearerbox, bound to our SMSC, and smsbox, which gives its texts to
// an HTTP server of the test and takes texts by HTTP.
type kannel struct {
	t                  *testing.T
	admin, box, sender string // addresses
	web                string
	bearerbox, smsbox  *child
	mo                 chan url.Values // texts from phones
	receipts           chan url.Values
}

// freePort finds a port that Kannel, which cannot choose one itself, may listen on.
func freePort(t *testing.T) string {
	t.Helper()
	ln := loopback(t)
	defer ln.Close()
	return ln.Addr().String()
}

func startKannel(ctx context.Context, t *testing.T, s *served) *kannel {
	t.Helper()
	bearerbox, smsbox := command(t, "bearerbox"), command(t, "smsbox")
	k := &kannel{t: t, admin: freePort(t), box: freePort(t), sender: freePort(t), mo: make(chan url.Values, 100), receipts: make(chan url.Values, 100)}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/mo":
			k.mo <- r.URL.Query()
		case "/dlr":
			k.receipts <- r.URL.Query()
		}
		w.Header().Set("Content-Type", "text/plain")
	}))
	t.Cleanup(web.Close)
	k.web = web.Listener.Addr().String()
	template, err := os.ReadFile(script(t, "kannel.conf"))
	require.NoError(t, err)
	port := func(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }
	conf := filepath.Join(t.TempDir(), "kannel.conf")
	require.NoError(t, os.WriteFile(conf, []byte(strings.NewReplacer("@ADMIN@", port(k.admin), "@BOX@", port(k.box), "@SMSC@", s.port,
		"@USER@", systemID, "@PASSWORD@", password, "@SENDSMS@", port(k.sender), "@HTTP@", port(k.web)).Replace(string(template))), 0o600))
	k.bearerbox = launch(t, bearerbox, conf)
	require.NoError(t, s.WaitBound(ctx, 1))
	k.await(ctx, "running")
	k.smsbox = launch(t, smsbox, conf) // it wants a bearerbox that listens
	k.await(ctx, "smsbox:")
	return k
}

// await waits until Kannel's status says so.
func (k *kannel) await(ctx context.Context, what string) {
	k.t.Helper()
	status := ""
	for !strings.Contains(status, what) {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			k.t.Fatalf("the status of bearerbox never says %q: %s", what, status)
		}
		_, status, _ = get(ctx, "http://"+k.admin+"/status.txt?password=admin") // not there yet
	}
}

func get(ctx context.Context, where string) (int, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	return resp.StatusCode, string(body), err
}

// send gives a text to Kannel, for a phone, and asks for a receipt under mark.
func (k *kannel) send(ctx context.Context, to, text, mark string) {
	k.t.Helper()
	q := url.Values{"username": {"tester"}, "password": {"tester"}, "from": {code}, "to": {to}, "text": {text}, "charset": {"UTF-8"}, "dlr-mask": {"19"},
		"dlr-url": {"http://" + k.web + "/dlr?state=%d&mark=" + mark}}
	if coding.Choose(text) == coding.UCS2 {
		q.Set("coding", "2")
	}
	status, body, err := get(ctx, "http://"+k.sender+"/cgi-bin/sendsms?"+q.Encode())
	require.NoError(k.t, err)
	require.Equal(k.t, http.StatusAccepted, status, body)
}

// next waits for an HTTP request of Kannel.
func (k *kannel) next(ctx context.Context, from <-chan url.Values) url.Values {
	k.t.Helper()
	select {
	case q := <-from:
		return q
	case <-ctx.Done():
		k.t.Fatal("Kannel does not call")
		return nil
	}
}

// stop ends both boxes in good order.
func (k *kannel) stop(ctx context.Context) {
	require.NoError(k.t, k.bearerbox.cmd.Process.Signal(syscall.SIGTERM)) // which tells smsbox
	k.bearerbox.exit(ctx)
	k.smsbox.exit(ctx)
}

// TestKannelBinds lets Kannel 1.4.5 (Debian's package kannel) be the ESME of our
// SMSC: texts both ways, short and in parts, in GSM 03.38 and UCS-2, and
// receipts. What it is known to do otherwise than others, as far as it matters here:
//
//   - a smsbox that has an id gets no texts unless a route names it, so ours has none;
//   - it joins parts itself only when told (sms-combine-concatenated-mo), and then keeps them in memory: it answers ESME_ROK at once;
//   - it ends after SIGTERM with status 0, but answers an unbind of ours by closing the connection;
//   - its internal memory for receipts is by message id as text, so ours are given back as they were;
//   - it throttles itself for a second after ESME_RTHROTTLED, and tries again every ten seconds after ESME_RMSGQFUL, so neither is tried here;
//   - smsbox strips white space at the ends of a text, so there is none;
//   - a get-url gets texts as it keeps them: UTF-8, or UTF-16BE for UCS-2.
func TestKannelBinds(t *testing.T) {
	s := serve(t, smsc.Config{EnquireLink: 500 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	k := startKannel(ctx, t, s)
	for i, text := range texts() {
		phone := fmt.Sprint("+861380013800", i)
		id, err := s.Inject(phone, code, text, smsc.MOOptions{})
		require.NoError(t, err)
		m, err := s.WaitMO(ctx, id)
		require.NoError(t, err)
		require.Equal(t, smsc.Acked, m.State)
		q := k.next(ctx, k.mo)
		require.Equal(t, strings.TrimPrefix(phone, "+"), strings.TrimPrefix(q.Get("from"), "+"))
		require.Equal(t, code, q.Get("to"))
		require.Equal(t, text, asKept(t, q))
	}
	for i, text := range texts() {
		phone, mark := fmt.Sprint("861380013800", i), fmt.Sprint("m", i)
		k.send(ctx, phone, text, mark)
		shown, err := s.Wait(ctx, phone, 1)
		require.NoError(t, err)
		require.Equal(t, text, shown[0].Text)
		require.Equal(t, code, shown[0].From)
		q := k.next(ctx, k.receipts)
		require.Equal(t, "1", q.Get("state"), "delivered")
		require.Equal(t, mark, q.Get("mark"))
	}
	s.SetReceipts(smsc.Receipts{State: coding.StateUndeliverable})
	k.send(ctx, "8613800138009", "nobody there", "lost")
	require.Equal(t, "2", k.next(ctx, k.receipts).Get("state"), "failed")
	s.RefuseSubmits(pdu.ESME_RINVDSTADR, 1)
	k.send(ctx, "8613800138008", "no such number", "refused")
	require.Equal(t, "16", k.next(ctx, k.receipts).Get("state"), "refused by the SMSC")
	require.Empty(t, s.Inbox("8613800138008"))

	require.NoError(t, s.WaitIdle(ctx))
	k.stop(ctx)
	require.Equal(t, smsc.Bound, (<-s.events).Kind)
	gone := <-s.events
	require.Equal(t, smsc.Gone, gone.Kind, "one bind from the beginning to the end")
	require.ErrorIs(t, gone.Err, smpp.ErrUnbound)
}

// asKept reads a text as Kannel keeps it.
func asKept(t *testing.T, q url.Values) string {
	t.Helper()
	if q.Get("coding") != "2" {
		return q.Get("text")
	}
	text, err := coding.DecodeUCS2([]byte(q.Get("text")))
	require.NoError(t, err, hex.EncodeToString([]byte(q.Get("text"))))
	return text
}

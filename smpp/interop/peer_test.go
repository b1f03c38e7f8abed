package interop

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

const (
	limit    = time.Minute // for each test; a working peer needs one or two seconds, a busy machine more
	systemID = "esme"
	password = "pa55word"
	code     = "10684"
)

// absent ends a test whose peer is not here: in CI that is a failure.
func absent(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// command finds a program that a peer is or needs.
func command(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if path, err := exec.LookPath(filepath.Join("/usr/sbin", name)); err == nil {
		return path
	}
	absent(t, "peer is absent: no %s on this machine; `make test` installs it as root", name)
	return ""
}

// event is what a peer says that it saw.
type event struct {
	Event  string `json:"event"`
	From   string `json:"from"`
	To     string `json:"to"`
	Text   string `json:"text"` // as the peer reads it
	Hex    string `json:"hex"`  // octets, of a peer that knows no alphabets
	ESM    uint8  `json:"esm"`
	DCS    uint8  `json:"dcs"`
	ID     string `json:"id"`
	Status int64  `json:"status"`
	Port   int    `json:"port"`
}

// read gives the text of an event: the peer's own reading, or ours of its octets. Headers of parts are taken off.
func (e event) read(t *testing.T) string {
	t.Helper()
	if e.Hex == "" {
		return e.Text
	}
	octets, err := hex.DecodeString(e.Hex)
	require.NoError(t, err)
	f, _, err := coding.ExtractFragment(coding.Inbound{ESMClass: e.ESM, DataCoding: coding.DataCoding(e.DCS), ShortMessage: octets})
	require.NoError(t, err)
	text, err := f.Text(coding.GSM7)
	require.NoError(t, err)
	return text
}

// child is a peer's process. Whatever it starts ends with it.
type child struct {
	t      *testing.T
	cmd    *exec.Cmd
	events chan event // closed at its end
	ended  chan error
	once   sync.Once
}

// launch starts a peer in a process group of its own. Its standard output is
// read as events; what else it says is logged when the test has failed.
func launch(t *testing.T, name string, args ...string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(name, args...), events: make(chan event, 10_000), ended: make(chan error, 1)}
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.cmd.Dir = t.TempDir()
	var said bytes.Buffer // read after Wait only
	c.cmd.Stderr = &said
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var e event
			if json.Unmarshal(lines.Bytes(), &e) == nil && e.Event != "" {
				c.events <- e
			}
		}
		close(c.events)
		c.ended <- c.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // mostly gone already
		c.once.Do(func() { <-c.ended })
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(name), said.String())
		}
	})
	return c
}

// next waits for an event of one of the kinds and fails on an error of the peer.
func (c *child) next(ctx context.Context, kinds ...string) event {
	c.t.Helper()
	for {
		select {
		case e, ok := <-c.events:
			require.True(c.t, ok, "the peer has ended; waited for %v", kinds)
			require.NotEqual(c.t, "error", e.Event, "%s", e.Text)
			for _, k := range kinds {
				if e.Event == k {
					return e
				}
			}
		case <-ctx.Done():
			c.t.Fatalf("the peer does not say %v", kinds)
		}
	}
}

// exit waits for the end of the peer, which must be a good one.
func (c *child) exit(ctx context.Context) {
	c.t.Helper()
	select {
	case err := <-c.ended:
		c.once.Do(func() {})
		require.NoError(c.t, err)
	case <-ctx.Done():
		c.t.Fatal("the peer does not end")
	}
}

// script gives the path of a program of ours on a peer's library.
func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	require.NoError(t, err)
	return path
}

// loopback opens a port.
func loopback(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return ln
}

package torture

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const shortCode = "12345"

// build compiles the program under test, without -race: it is what is shipped.
func build(tb testing.TB) string {
	tb.Helper()
	bin := filepath.Join(tb.TempDir(), "shortfare")
	out, err := exec.Command("go", "build", "-o", bin, "shortfare/cmd/shortfare").CombinedOutput()
	require.NoError(tb, err, "%s", out)
	return bin
}

// gateway is a child process and the directory with everything it leaves.
type gateway struct {
	bin, dir, config string
	log              *os.File
	cmd              *exec.Cmd
	ended            chan error
}

// prepare writes a configuration for the carrier at addr; nothing runs yet.
func prepare(tb testing.TB, bin, addr string, seats int, hold, response time.Duration, level string) *gateway {
	tb.Helper()
	g := &gateway{bin: bin, dir: filepath.Join(tb.TempDir(), "data")}
	require.NoError(tb, os.Mkdir(g.dir, 0o700))
	key := filepath.Join(filepath.Dir(g.dir), "vault.key") // the key holds no secret of a customer: it is not scanned
	out, err := exec.Command(bin, "key", key).CombinedOutput()
	require.NoError(tb, err, "%s", out)
	g.config = filepath.Join(filepath.Dir(g.dir), "shortfare.yaml")
	text := fmt.Sprintf(`short_code: "%s"
store: {url: "sqlite:%s"}
vault: {key_file: %q}
http: {listen: "127.0.0.1:0"}
smpp:
  links:
    - {name: carrier, addr: %q, system_id: torture, password: torture, window: 100, response: %s}
ticketing:
  terminals:
    - {name: local, adapter: local, catalogue: demo, seats: %d}
orders: {hold: %s, hold_near: 1m}
limits: {texts_per_5min: 0, unpaid_holds: 0, open_quotes: 0, codes_per_hour: 100, new_accounts: 0}
fees:
  cancel:
    - {classes: ["1st"], steps: [{percent: 10}]}
    - {steps: [{before: 72h, percent: 5, min: 2}, {percent: 8, min: 2}]}
  change:
    - {classes: ["1st"], steps: [{percent: 7}]}
    - {steps: [{fixed: 20}]}
log: {level: %s}
`, shortCode, g.store(), key, addr, response, seats, hold, level)
	require.NoError(tb, os.WriteFile(g.config, []byte(text), 0o600))
	g.log, err = os.OpenFile(filepath.Join(g.dir, "gateway.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		if g.cmd != nil && g.cmd.ProcessState == nil {
			_ = g.kill()
		}
		_ = g.log.Close()
	})
	return g
}

// limit gives the gateway other limits; nothing runs yet.
func (g *gateway) limit(tb testing.TB, limits string) {
	tb.Helper()
	text, err := os.ReadFile(g.config)
	require.NoError(tb, err)
	line := regexp.MustCompile(`(?m)^limits: .*$`)
	require.Len(tb, line.FindAllIndex(text, -1), 1)
	require.NoError(tb, os.WriteFile(g.config, line.ReplaceAll(text, []byte("limits: "+limits)), 0o600))
}

func (g *gateway) store() string    { return filepath.Join(g.dir, "shortfare.db") }
func (g *gateway) bank() string     { return filepath.Join(g.dir, "bank-sim.db") }
func (g *gateway) terminal() string { return filepath.Join(g.dir, "terminal-local.db") }

// start begins a life of the gateway.
func (g *gateway) start() error {
	g.cmd = exec.Command(g.bin, "serve", "--config", g.config)
	g.cmd.Stdout, g.cmd.Stderr = g.log, g.log
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "SHORTFARE_") { // those are the test's own, and no keys of the configuration
			g.cmd.Env = append(g.cmd.Env, kv)
		}
	}
	if err := g.cmd.Start(); err != nil {
		return err
	}
	g.ended = make(chan error, 1)
	go func(c *exec.Cmd, ended chan<- error) { ended <- c.Wait() }(g.cmd, g.ended)
	return nil
}

// kill ends the process with SIGKILL. It fails when the process had ended
// before, by itself.
func (g *gateway) kill() error {
	select {
	case err := <-g.ended:
		g.ended <- err
		return fmt.Errorf("the gateway had ended by itself: %v", err)
	default:
	}
	if err := g.cmd.Process.Kill(); err != nil {
		return err
	}
	err := <-g.ended
	g.ended <- err
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL {
			return nil
		}
	}
	return fmt.Errorf("the gateway ended otherwise: %v", err)
}

// stop asks the process to end; it must end well.
func (g *gateway) stop(ctx context.Context) error {
	if err := g.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-g.ended:
		g.ended <- err
		return err
	case <-ctx.Done():
		return errors.Join(ctx.Err(), g.kill())
	}
}

// tail gives the last lines of the log, for a failed test.
func (g *gateway) tail() string {
	b, err := os.ReadFile(g.log.Name())
	if err != nil {
		return err.Error()
	}
	const most = 4000
	return string(b[max(0, len(b)-most):])
}

// listen opens a loopback port.
func listen(tb testing.TB) net.Listener {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	return ln
}

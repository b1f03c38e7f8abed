package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// texter texts a world and reads its answers.
type texter struct {
	t   *testing.T
	ctx context.Context
	w   *world
}

// text sends a text and returns the answer.
func (x texter) text(phone, text string) string {
	x.t.Helper()
	require.NoError(x.t, x.w.Text(phone, text))
	answer, err := x.w.Next(x.ctx, phone)
	require.NoError(x.t, err, text)
	return answer
}

// buy books and pays.
func (x texter) buy(phone, text string) {
	x.t.Helper()
	code := regexp.MustCompile(`Reply Y ([0-9]{6})`).FindStringSubmatch(x.text(phone, text))
	require.NotNil(x.t, code)
	require.Contains(x.t, x.text(phone, "Y "+code[1]), "PAID")
}

// startWorld runs the whole product until the test ends; config is the file
// of a second program on the same data.
func startWorld(t *testing.T) (x texter, config string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	w, err := newWorld(ctx, worldOptions{dir: dir, log: zap.NewNop(), start: time.Date(2030, 12, 4, 9, 0, 0, 0, time.FixedZone("", 8*3600))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.close()) })
	config = filepath.Join(dir, "config.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "short_code: \"12345\"\nstore: {url: %q}\nvault: {key_file: %q}\nsmpp: {links: [{name: a, addr: h:1, system_id: x}]}\n"+
		"ticketing: {terminals: [{name: local}]}\n", "sqlite:"+filepath.Join(dir, "shortfare.db"), filepath.Join(dir, "vault.key")), 0o600))
	return texter{t, ctx, w}, config
}

// runStats runs the command as a second program would.
func runStats(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e output
	code = program{out: &o, err: &e}.run(t.Context(), append([]string{"stats"}, args...))
	return code, o.String(), e.String()
}

// Orders are counted while the service runs and sells on.
func TestStatsBesideTheService(t *testing.T) {
	t.Parallel()
	x, config := startWorld(t)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	x.text("13800138002", "REG Li Na 440524188001010014")
	x.buy("13800138001", "BOOK G123 5DEC 2 2ND card")
	x.buy("13800138001", "BOOK G123 6DEC 1 1ST card")
	code, out, errs := runStats(t, "--config", config)
	require.Zero(t, code, errs)
	require.Equal(t, "service  seats  orders  amount\nG123     3      2       CNY2039\ntotal    3      2       CNY2039\n", out)

	x.buy("13800138002", "BOOK G5 5DEC 1 2ND card")
	x.text("13800138002", "BOOK G7 5DEC 1 2ND card") // held only
	for _, c := range []struct{ args, want string }{
		{"--format sms", "G123 3, G5 1\n"},
		{"--format sms --state all", "G123 3, G5 1, G7 1\n"},
		{"--format sms --by service,state", "G123 issued 3, G5 issued 1, G7 held 1\n"},
		{"--format sms --state held,waiting", "G7 1\n"},
		{"--format sms --by day", "2030-12-05 3, 2030-12-06 1\n"},
		{"--format sms --day 2030-12-05", "G123 2, G5 1\n"},
		{"--format sms --by class", "2nd 3, 1st 1\n"},
		{"--format sms --by customer,region", "new 11 3, new 44 1\n"},
		{"--format sms --by gender,age", "F 60+ 3, M 60+ 1\n"},
		{"--format sms --by kind", "train 4\n"},
		{"--format sms --day 2030-12-07", "\n"},
	} {
		code, out, errs := runStats(t, append([]string{"--config", config}, strings.Fields(c.args)...)...)
		require.Zero(t, code, errs)
		require.Equal(t, c.want, out, c.args)
	}
	_, out, _ = runStats(t, "--config", config, "--format", "csv", "--by", "service,day")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{{"service", "day", "orders", "seats", "amount CNY"}, {"G5", "2030-12-05", "1", "1", "553"},
		{"G123", "2030-12-05", "1", "2", "1106"}, {"G123", "2030-12-06", "1", "1", "933"}}, rows)
	_, out, _ = runStats(t, "--config", config, "--format", "json")
	var back struct {
		Total struct{ Orders, Seats int }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	require.Equal(t, 3, back.Total.Orders)
	require.Contains(t, x.text("13800138001", "ORD"), "G123", "the service goes on")
}

func TestStatsRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := filepath.Join(dir, "c.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "short_code: \"12345\"\nstore: {url: %q}\nvault: {key_file: %q}\nsmpp: {links: [{name: a, addr: h:1, system_id: x}]}\n"+
		"ticketing: {terminals: [{name: local}]}\n", "sqlite:"+filepath.Join(dir, "none", "x.db"), filepath.Join(dir, "vault.key")), 0o600))
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "stats takes --config FILE"},
		{[]string{"--config", config, "more"}, exitUsage, "stats takes --config FILE"},
		{[]string{"--config", config, "--by", "colour"}, exitUsage, `--by: "colour" can't be counted by; write some of service,day`},
		{[]string{"--config", config, "--day", "tomorrow"}, exitUsage, `--day: "tomorrow" is no day; write YYYY-MM-DD`},
		{[]string{"--config", config, "--format", "xml"}, exitUsage, `--format: "xml" is not known`},
		{[]string{"--config", config}, exitFailed, "vault: "},
	} {
		code, out, errs := runStats(t, c.args...)
		require.Equal(t, c.code, code)
		require.Contains(t, errs, c.want)
		require.Empty(t, out)
	}
	require.Zero(t, program{out: new(output), err: new(output)}.run(t.Context(), []string{"key", filepath.Join(dir, "vault.key")}))
	code, _, errs := runStats(t, "--config", config)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "no database file")
	require.NoDirExists(t, filepath.Join(dir, "none"), "nothing is made")
}

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// runProgram runs a command as a second program would.
func runProgram(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e output
	code = program{out: &o, err: &e}.run(t.Context(), args)
	return code, o.String(), e.String()
}

// Callbacks are listed and shown while the service runs, with what was said, but
// without codes.
func TestCallbacksBesideTheService(t *testing.T) {
	t.Parallel()
	x, config := startWorld(t)
	code, out, errs := runProgram(t, "callbacks", "--config", config)
	require.Zero(t, code, errs)
	require.Equal(t, "callback  phone  opened  why  order  state  by\n", out)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	quote := x.text("13800138001", "BOOK G123 5DEC 1 2ND card")
	pay := regexp.MustCompile(`Y ([0-9]{6})`).FindStringSubmatch(quote)[1]
	x.text("13800138001", "AGENT where is my seat? pin 4821")
	x.text("13800138002", "AGENT")

	code, out, errs = runProgram(t, "callbacks", "--config", config, "--format", "csv")
	require.Zero(t, code, errs)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []string{"1", "1380*****01"}, rows[1][:2])
	require.Equal(t, []string{"asked", "", "open", ""}, rows[1][3:])
	code, out, errs = runProgram(t, "callbacks", "show", "1", "--config", config)
	require.Zero(t, code, errs)
	require.Regexp(t, `^callback 1  open  asked  phone 13800138001  opened 2030-12-04 09:0\d\n`, out)
	require.Contains(t, out, "> AGENT where is my seat? pin [removed]\n")
	require.Contains(t, out, "< Registered: Zhang Wei, ID 1101**********002X.")
	require.Contains(t, out, "Reply Y ****** to pay")
	require.NotContains(t, out, pay)
	require.NotContains(t, out, "4821")
	require.NotContains(t, out, "11010519491231002X")
	require.Equal(t, 1+2*3, strings.Count(out, "\n"), "a line for the callback and each text")
	require.Less(t, strings.Index(out, "> REG"), strings.Index(out, "> BOOK"))

	code, out, errs = runProgram(t, "callbacks", "show", "--texts", "1", "1", "--format", "json", "--config", config)
	require.Zero(t, code, errs)
	var back transcript
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	require.Len(t, back.Texts, 2)
	require.Equal(t, []string{"customer", "AGENT where is my seat? pin [removed]"}, []string{back.Texts[0].From, back.Texts[0].Text})
	require.Equal(t, "13800138001", back.Phone)
	require.Contains(t, x.text("13800138001", "ORD"), "G123", "the service goes on")
}

func TestCallbacksRefuses(t *testing.T) {
	t.Parallel()
	_, config := startWorld(t)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", exitUsage, "callbacks needs --config FILE"},
		{"--config " + config + " --format xml", exitUsage, `--format: "xml" is not known; write text or csv or json`},
		{"--config " + config + " show", exitUsage, "write callbacks --config FILE, or callbacks show NUMBER"},
		{"--config " + config + " show x", exitUsage, `"x" is no number of a callback`},
		{"--config " + config + " show 1 --format csv", exitUsage, "show knows --format text or json"},
		{"--config " + config + " show 9", exitFailed, "there is no callback 9"},
		{"close 1 --config " + config, exitUsage, "text DESK TAKE 7, or DESK DONE 7 and a note, to 12345"},
	} {
		code, out, errs := runProgram(t, append([]string{"callbacks"}, strings.Fields(c.args)...)...)
		require.Equal(t, c.code, code, c.args)
		require.Contains(t, errs, c.want)
		require.Empty(t, out)
	}
	code, _, errs := runProgram(t, "callbacks", "--config", filepath.Join(filepath.Dir(config), "none.yaml"))
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "read configuration")
}

// tabled is a listing whose cells are foreign.
func tabled(format string) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		return func(text string) string {
			l := listing{heads: []string{"a", "b", "n"}}
			l.add(text, text, 7)
			var b bytes.Buffer
			require.NoError(t, l.write(&b, format))
			if format == "text" {
				require.Equal(t, 2, strings.Count(b.String(), "\n"), "%q", b.String())
			}
			return b.String()
		}
	}
}

// transcribed is a callback whose note and texts are foreign: a line each.
func transcribed(t *testing.T) func(string) string {
	return func(text string) string {
		s := transcript{Callback: 1, Note: text, Texts: []spoken{{From: "customer", Text: text}}}
		var b bytes.Buffer
		require.NoError(t, s.text(&b))
		require.Equal(t, 3, strings.Count(b.String(), "\n"), "%q", b.String())
		return b.String()
	}
}

func TestHideCodes(t *testing.T) {
	for text, want := range map[string]string{
		"Reply Y 730214 to pay": "Reply Y ****** to pay", "y730214": "y******", "回Y 730214付款": "回Y ******付款", "730214": "******",
		"1106 13800138001 K7M2P 1234567": "1106 13800138001 K7M2P 1234567", "": "", "123456,654321": "******,******",
	} {
		require.Equal(t, want, hideCodes(text))
	}
}

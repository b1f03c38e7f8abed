package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
)

// injections are texts that some sink might take for more than text.
func injections() []string {
	return []string{"'; DROP TABLE customers;--", `" OR 1=1`, "a\r\nlevel=error forged", "a\nb", "\x1b[2J\x1b]0;x\a", "\u009b31m", "\u202egnp", "\u2028x", "\x7f", "\ufeffx",
		"{code}", "{name} {order}", "{{.}}", "%s%n%d", "${x}", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "@SUM(A1)", "X-Admin: 1\r\n\r\n", `","level":"fatal`, "a\xff\xfeb", "\\u0000"}
}

// C09, logs: whatever a field holds, an entry is one line that a terminal only
// shows, and the field reads back as it was.
func TestC09Logs(t *testing.T) {
	for _, text := range injections() {
		var service, person output
		for i, open := range []func() (*zap.Logger, error){
			func() (*zap.Logger, error) { return serviceLog(&service, "info") },
			func() (*zap.Logger, error) { return personLog(&person, "info") },
		} {
			log, err := open()
			require.NoError(t, err)
			log.Warn("a call failed", zap.String("text", text), zap.Error(errors.New(text)), zap.Any("any", map[string]string{text: text}), zap.Strings("list", []string{text}))
			out := []*output{&service, &person}[i].String()
			require.Equal(t, 1, strings.Count(out, "\n"), out)
			for _, r := range strings.ReplaceAll(strings.TrimSuffix(out, "\n"), "\t", "") {
				require.True(t, unicode.IsPrint(r), "%q in %q", r, out)
			}
		}
		var entry struct{ Level, Text, Error string }
		require.NoError(t, json.Unmarshal([]byte(service.String()), &entry))
		valid := strings.ToValidUTF8(text, "\uFFFD")
		if valid != text {
			valid = entry.Text // the encoder has its own way with bytes that are no text
		}
		require.Equal(t, []string{"warn", valid, valid}, []string{entry.Level, entry.Text, entry.Error})
	}
}

// C09, SQL and templates: customers who are called so get answers in which their
// name is a name, and everybody's data is there afterwards.
func TestC09Texts(t *testing.T) {
	t.Parallel()
	x, config := startWorld(t)
	for i, text := range injections() {
		text = strings.ToValidUTF8(text, "?")
		phone := fmt.Sprint(13800138100 + i)
		x.text(phone, "REG Zhang Wei 11010519491231002X")
		for _, form := range []string{"SET NAME ", "SET JOB ", "PAX ADD X ", "ORD ", "ME "} {
			answer := x.text(phone, form+text)
			for _, r := range answer {
				require.True(t, unicode.IsPrint(r) || r == '\n', "%q in the answer %q to %q", r, answer, form+text)
			}
			require.False(t, strings.ContainsAny(answer, "{}<>$\"`\\%"), "%q has characters of no answer, to %q", answer, form+text)
		}
	}
	require.Contains(t, x.text("13800138100", "ME"), "1101**********002X")
	code, out, errs := runStats(t, "--config", config, "--by", "service,job")
	require.Zero(t, code, errs)
	require.Contains(t, out, "total")
}

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/catalogue"
	"shortfare/booking/dialogue"
	"shortfare/booking/identity/register"
	"shortfare/booking/stats"
	"shortfare/booking/vault"
	"shortfare/cmd/shortfare/config"
	"shortfare/parser"
	"shortfare/smpp/link"
	"shortfare/smpp/smsc"
	"shortfare/smpp/smsc/api"
	"shortfare/smpp/smsc/phone"
	"shortfare/smpp/smsc/scenario"
)

// sink is a way out for text that somebody else chose.
type sink struct {
	name string
	// open makes what sends a text there and returns what came out.
	open  func(t *testing.T) func(text string) string
	holds func(t require.TestingT, out, text string)
}

// sinks are all of them: what customers, carriers, operators, timetables, registers and
// configurations wrote comes out here and nowhere else. Names and texts in SQL are those
// of TestC09Texts; receipts are kept sealed and come out nowhere.
func sinks() []sink {
	return []sink{
		{"log of the service", logged(serviceLog), oneLine},
		{"log for a person", logged(personLog), oneLine},
		{"complaints about a configuration", complaints, shown},
		{"errors of a command", misused, shown},
		{"readiness", readying, jsonBack},
		{"labels of metrics", labelled, labels},
		{"counts as a table", counted((*stats.Table).Table), shown},
		{"counts as a text", counted(func(t *stats.Table, w io.Writer) error { _, err := io.WriteString(w, t.Text("", nil)); return err }), shown},
		{"counts as CSV", counted((*stats.Table).CSV), cells},
		{"counts as JSON", counted((*stats.Table).JSON), jsonText},
		{"ledger of the carrier", carried("/v1/ledger"), jsonLines},
		{"carrier's API, a text", carried("/v1/mo/1"), jsonBack},
		{"carrier's API, an error", refusing, jsonText},
		{"prompt of a phone, a text", prompted(func(p *phone.Prompt, s string) { p.Wait = once(s) }), shown},
		{"prompt of a phone, an error", prompted(func(p *phone.Prompt, s string) { p.Send = func(string, string) error { return errors.New(s) } }), shown},
		{"prompt of a phone, its number", prompted(func(p *phone.Prompt, s string) { p.Phone = s }), shown},
		{"prompt of a phone, a notice", noticed, shown},
		{"story of a conversation", told, shown},
		{"errors on a terminal of the carrier", printed, shown},
		{"names of a timetable", imported, shown},
		{"words of a language", translated, shown},
		{"question to a register of persons", asking(false), jsonBack},
		{"answer of a register of persons", asking(true), shown},
		{"what operators tell customers", broadcast, shown},
		{"listing for operators as a table", tabled("text"), shown},
		{"listing for operators as CSV", tabled("csv"), cells},
		{"listing for operators as JSON", tabled("json"), jsonText},
		{"transcript of a callback", transcribed, shown},
	}
}

// Every injection through every sink.
func TestC09EverySink(t *testing.T) {
	for _, s := range sinks() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			put := s.open(t)
			for _, text := range injections() {
				s.holds(t, put(text), text)
			}
		})
	}
}

// The checks are no formality: what is written as it comes fails each of them.
func TestC09ChecksFail(t *testing.T) {
	for name, s := range map[string]struct {
		holds func(require.TestingT, string, string)
		out   string
	}{
		"one line": {oneLine, "a\nb\n"}, "shown": {shown, "\x1b[2J"}, "JSON back": {jsonBack, `{"x":"y"}`}, "JSON": {jsonText, `{"a":"b}`},
		"cells": {cells, "\"service\"\r\n=1+1\r\n"}, "labels": {labels, "x{link=\"a\"\nb\"} 0\n"}, "JSON lines": {jsonLines, "{}\nforged\n"},
	} {
		t.Run(name, func(t *testing.T) {
			x := &failing{}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				s.holds(x, s.out, "text")
			}()
			<-ended
			require.True(t, x.failed)
		})
	}
}

// failing notes that a check has failed, and ends it.
type failing struct{ failed bool }

func (f *failing) Errorf(string, ...any) { f.failed = true }
func (f *failing) FailNow()              { runtime.Goexit() }

// shown holds for what a terminal, or a phone, only shows.
func shown(t require.TestingT, out, text string) {
	for _, r := range strings.NewReplacer("\n", "", "\t", "").Replace(out) {
		require.True(t, unicode.IsPrint(r) || r == unicode.ReplacementChar, "%q of %q in %q", r, text, out)
	}
}

// oneLine holds for an entry of a log: one line, and shown.
func oneLine(t require.TestingT, out, text string) {
	require.Equal(t, 1, strings.Count(out, "\n"), "%q", out)
	shown(t, out, text)
}

// jsonText holds for one JSON value.
func jsonText(t require.TestingT, out, text string) {
	require.True(t, json.Valid([]byte(out)), "%q of %q", out, text)
}

// jsonBack holds for one JSON value that has the text as one of its strings.
func jsonBack(t require.TestingT, out, text string) {
	var v any
	require.NoError(t, json.Unmarshal([]byte(out), &v), "%q", out)
	require.True(t, has(v, strings.ToValidUTF8(text, "\ufffd")) || has(v, strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\ufffd", "\ufffd\ufffd")),
		"%q is not in %q", text, out)
}

// has tells whether a JSON value has a string that ends with s.
func has(v any, s string) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, s)
	case []any:
		for _, x := range v {
			if has(x, s) {
				return true
			}
		}
	case map[string]any:
		for _, x := range v {
			if has(x, s) {
				return true
			}
		}
	}
	return false
}

// jsonLines holds for a JSON object a line.
func jsonLines(t require.TestingT, out, text string) {
	for line := range strings.Lines(out) {
		require.True(t, json.Valid([]byte(line)) && line[0] == '{', "%q of %q", line, text)
	}
}

// cells holds for a CSV file of two columns and more, whose text cells no spreadsheet computes.
func cells(t require.TestingT, out, text string) {
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2, "%q", out)
	for _, row := range rows {
		require.Greater(t, len(row), 2)
		require.NotRegexp(t, "^[=+@-].", strings.TrimSpace(row[0]), text)
		shown(t, row[0], text)
	}
}

// labels holds for the one line that a metric of one link has.
func labels(t require.TestingT, out, text string) {
	value := `"([^"\\\n]|\\[\\"n])*"`
	lines := regexp.MustCompile(`(?m)^shortfare_link_bound.*$`).FindAllString(out, -1)
	require.Len(t, lines, 1, "%q", out)
	require.Regexp(t, `^shortfare_link_bound\{carrier=`+value+`,link=`+value+`\} 0$`, lines[0], text)
}

func logged(open func(io.Writer, string) (*zap.Logger, error)) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		return func(text string) string {
			var out output
			log, err := open(&out, "info")
			require.NoError(t, err)
			log.Warn("a call failed: "+text, zap.String("text", text), zap.Error(errors.New(text)), zap.Any("any", map[string]string{text: text}))
			return out.String()
		}
	}
}

// complaints quotes keys and values of a file.
func complaints(t *testing.T) func(string) string {
	return func(text string) string {
		key, err := json.Marshal(strings.ToValidUTF8(text, "?"))
		require.NoError(t, err)
		_, err = config.Parse("f.yaml", fmt.Appendf(nil, "%s: 1\nlog: {level: %s}\nsmpp: {links: [{name: %s}]}\n", key, key, key), nil)
		require.Error(t, err)
		var out, errs output
		program{out: &out, err: printable{&errs}}.exit(err)
		return out.String() + errs.String()
	}
}

// misused is a command that is called wrongly.
func misused(t *testing.T) func(string) string {
	return func(text string) string {
		var out, errs output
		for _, args := range [][]string{{text}, {"check", "--config", text}, {"demo", text}, {"stats", "--config", "x", "--by", text}, {"stage", "--control", text}} {
			require.NotZero(t, program{out: &out, err: &errs}.run(t.Context(), args))
		}
		return out.String() + errs.String()
	}
}

func getFrom(t *testing.T, h http.Handler, path string) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	for name, values := range rec.Result().Header {
		require.NotContains(t, name+strings.Join(values, ""), "Admin")
	}
	return rec.Body.String()
}

func readying(t *testing.T) func(string) string {
	return func(text string) string {
		checks := []readiness{{"link", func(context.Context) error { return errors.New(text) }}}
		return getFrom(t, handler(checks, prometheus.NewRegistry()), "/readyz")
	}
}

func labelled(t *testing.T) func(string) string {
	return func(text string) string {
		text = strings.ToValidUTF8(text, "?") // YAML has no other
		reg := prometheus.NewRegistry()
		reg.MustRegister(newLinkMetrics([]*link.Link{link.New(link.Config{Name: text, Carrier: text}, nil, zap.NewNop())}))
		return getFrom(t, handler(nil, reg), "/metrics")
	}
}

func counted(write func(*stats.Table, io.Writer) error) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		return func(text string) string {
			table := stats.New(stats.Service, stats.Customer)
			table.Add(stats.Fact{Number: text, CustomerClass: text, Class: text, Seats: 1, Price: booking.Money{Minor: 1, Currency: "CNY"}})
			var b bytes.Buffer
			require.NoError(t, write(table, &b))
			return b.String()
		}
	}
}

// carried injects a text at the carrier and reads it where programs do.
func carried(path string) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		return func(text string) string {
			s := smsc.New(smsc.Config{})
			_, err := s.Inject("13800138001", "12345", strings.ToValidUTF8(text, "\ufffd"), smsc.MOOptions{})
			require.NoError(t, err)
			return getFrom(t, onHost(api.Handler(s, api.Options{})), path)
		}
	}
}

// onHost makes a request one to this machine.
func onHost(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "localhost"
		h.ServeHTTP(w, r)
	})
}

// refusing is a request that the carrier's API refuses.
func refusing(t *testing.T) func(string) string {
	h := onHost(api.Handler(smsc.New(smsc.Config{}), api.Options{}))
	return func(text string) string {
		body, err := json.Marshal(map[string]string{"from": "1", "text": "x", "encoding": text, "line": text})
		require.NoError(t, err)
		rec := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/mo", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(rec, r)
		require.Equal(t, http.StatusBadRequest, rec.Code)
		return rec.Body.String()
	}
}

// once gives one text, and then none.
func once(text string) func(context.Context, string) (string, bool) {
	given := false
	return func(context.Context, string) (string, bool) {
		given, text = true, map[bool]string{false: text}[given]
		return text, text != ""
	}
}

func prompted(change func(*phone.Prompt, string)) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		return func(text string) string {
			var out bytes.Buffer
			p := &phone.Prompt{In: strings.NewReader("HELP\n/phone " + strings.Join(strings.Fields(text), "_") + "\n/" + text + "\n"), Out: &out, Phone: "1", ShortCode: "12345",
				Send: func(string, string) error { return nil }, Wait: once("x")}
			change(p, text)
			_ = p.Run(t.Context()) // a text without an answer is one too
			return out.String()
		}
	}
}

func noticed(*testing.T) func(string) string {
	return func(text string) string {
		var out bytes.Buffer
		p := &phone.Prompt{Out: &out}
		p.Notice(text)
		return out.String()
	}
}

// told is a conversation whose title, phone, texts and error are all foreign.
func told(*testing.T) func(string) string {
	return func(text string) string {
		var out bytes.Buffer
		s := &scenario.Story{Out: &out}
		c := &scenario.Scenario{Name: text, Title: "about " + text}
		s.Begin(c)
		for kind := scenario.Comment; kind <= scenario.Control; kind++ {
			s.Step(scenario.Step{Kind: kind, Text: text, Phone: text, Label: text}, text)
		}
		s.End(c, errors.New(text))
		return out.String()
	}
}

func printed(t *testing.T) func(string) string {
	return func(text string) string {
		var out bytes.Buffer
		_, err := fmt.Fprintf(smsc.PrintableTo(&out), "smscsim: %s bound\n", text)
		require.NoError(t, err)
		return out.String()
	}
}

// imported is a timetable whose names are foreign.
func imported(t *testing.T) func(string) string {
	return func(text string) string {
		quoted := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		path := filepath.Join(t.TempDir(), "feed.zip")
		f, err := os.Create(path)
		require.NoError(t, err)
		z := zip.NewWriter(f)
		for name, rows := range map[string]string{
			"agency.txt":     "agency_name,agency_url,agency_timezone\n" + quoted + ",https://example.com,Asia/Shanghai\n",
			"routes.txt":     "route_id,route_type,route_short_name\nR,2," + quoted + "\n",
			"stops.txt":      "stop_id,stop_name,stop_lat,stop_lon\nA," + quoted + ",39.8,116.3\nB," + quoted + ",31.1,121.3\n",
			"trips.txt":      "trip_id,route_id,service_id,trip_short_name\nt1,R,DAILY,G1\nt2,R,DAILY," + quoted + "\n",
			"calendar.txt":   "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nDAILY,1,1,1,1,1,1,1,20260101,20271231\n",
			"stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time\nt1,1,A,09:00:00,09:00:00\nt1,2,B,13:00:00,13:00:00\nt2,1,A,09:00:00,09:00:00\nt2,2,B,13:00:00,13:00:00\n",
		} {
			w, err := z.Create(name)
			require.NoError(t, err)
			_, err = io.WriteString(w, rows)
			require.NoError(t, err)
		}
		require.NoError(t, errors.Join(z.Close(), f.Close()))
		s, err := catalogue.Open("gtfs:"+path, catalogue.Options{})
		if err != nil {
			return err.Error()
		}
		out := strings.Join(s.Notes(), "")
		trips := s.Numbered("G1", 20261205)
		require.NotEmpty(t, trips)
		for _, trip := range trips {
			out += trip.Number + trip.FromStop.En + trip.FromStop.Zh + trip.ToStop.En + trip.ToStop.Zh
		}
		return out
	}
}

// translated is a file of words that somebody else has written: refused, or shown.
func translated(t *testing.T) func(string) string {
	return func(text string) string {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "en.txt"), []byte("apology = Sorry "+text+"\n"), 0o600))
		all, err := dialogue.LoadMessages(dir)
		if err != nil {
			var errs output
			program{err: printable{&errs}}.exit(err)
			return errs.String()
		}
		never := func(*booking.Order, booking.Quote) string { return "" }
		d := dialogue.New(dialogue.Settings{Messages: all, Code: never, CustomerCode: func(booking.MSISDN, string, []byte, int) string { return "" },
			OrderCode: orderCodes(plain{}), Parse: func(string, time.Time) (cmd parser.Command) { return cmd }})
		return d.Apology(nil, nil)
	}
}

// asking asks a register about a name, or has it answer with foreign text.
func asking(answer bool) func(*testing.T) func(string) string {
	return func(t *testing.T) func(string) string {
		var text, question string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // what is missing of it fails the check
			question = string(body)
			require.Empty(t, r.Header.Get("X-Admin"))
			fmt.Fprintf(w, "{\"result\":%q,\"ref\":%q}", text, text)
		}))
		t.Cleanup(server.Close)
		v, err := vault.New(bytes.Repeat([]byte{9}, vault.KeySize))
		require.NoError(t, err)
		r, err := register.New(register.Options{URL: server.URL, Key: bytes.Repeat([]byte{9}, register.MinKey), Vault: v, Timeout: 10 * time.Second})
		require.NoError(t, err)
		t.Cleanup(r.Close)
		const owner = booking.MSISDN(8613800138001)
		return func(s string) string {
			text = s
			o := r.Verify(t.Context(), booking.VerifyRequest{Key: "v1", Owner: owner, Name: strings.ToValidUTF8(s, "\ufffd"),
				Document: booking.Document{Kind: "resident_id", Sealed: v.Seal(booking.SecretDocument, owner.String(), []byte("11010519491231002X"))}})
			require.Equal(t, booking.Unknown, o.Verdict)
			if answer {
				return o.Cause.Error() + o.Value.Ref
			}
			return question
		}
	}
}

// broadcast is a text of an operator to who travels.
func broadcast(t *testing.T) func(string) string {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), log: zap.NewNop(), start: demoStart(),
		extra: "operators: [\"13800138000\"]\nlimits: {texts_per_5min: 0}\n"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.close()) })
	x := texter{t, ctx, w}
	const operator, customer = "13800138000", "13800138001"
	x.text(customer, "REG Zhang Wei 11010519491231002X")
	x.buy(customer, "BOOK G123 5DEC 1")
	code := regexp.MustCompile(`Reply Y ([0-9]{6})`)
	return func(text string) string {
		out := x.text(operator, "BCAST G123 5DEC Track 4 "+strings.ToValidUTF8(text, "?"))
		if m := code.FindStringSubmatch(out); m != nil {
			out += x.text(operator, "Y "+m[1])
			told, err := w.Next(ctx, customer)
			require.NoError(t, err)
			require.Contains(t, told, "Track 4")
			out += told
		}
		return out
	}
}

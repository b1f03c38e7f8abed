package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// gateway binds and gives each text to answer, which returns the replies.
func gateway(t *testing.T, s *smsc.SMSC, answer func(n int, text string) []string) {
	t.Helper()
	near, far := net.Pipe()
	var served sync.WaitGroup
	served.Go(func() { s.ServeConn(t.Context(), far) })
	n := 0
	var parts []coding.Fragment
	e, err := smpp.Bind(t.Context(), near, smpp.BindRequest{SystemID: "gw"}, smpp.Config{Window: 1000, Handle: func(r *smpp.Request) {
		_ = r.Respond(pdu.ESME_ROK, nil) // a session that ended needs none
		f, single, _ := coding.ExtractFragment(coding.Inbound{ESMClass: r.PDU.ESMClass, ShortMessage: r.PDU.ShortMessage})
		text, _ := f.Text(coding.GSM7)
		if !single {
			parts = append(parts, f)
			joined, complete, _, _ := coding.Join(coding.GSM7, parts)
			if !complete {
				return
			}
			text, parts = joined, nil
		}
		n++
		for _, reply := range answer(n, text) {
			_ = r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ShortMessage: []byte(reply)},
				func(*pdu.PDU, error) {}) // as above
		}
	}})
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = e.Close()
		served.Wait()
	})
	require.NoError(t, s.WaitBound(t.Context(), 1))
}

func script(t *testing.T, text string) []Step {
	t.Helper()
	steps, err := ParseScript("test", strings.NewReader(text))
	require.NoError(t, err)
	return steps
}

// run runs a load under the fake clock.
func run(t *testing.T, cfg Config, answer func(n int, text string) []string) (res *Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := smsc.New(smsc.Config{EnquireLink: -1, Window: 50})
		gateway(t, s, answer)
		cfg.ShortCode = "12345"
		var err error
		res, err = Run(t.Context(), s, cfg)
		require.NoError(t, err)
	})
	return res
}

func same(_ int, text string) []string { return []string{"echo " + text} }

func TestConversations(t *testing.T) {
	steps := script(t, "# two steps\nBOOK {id} {card} n{n}\n[expect=/^echo Y 7\\d+/] Y {reply:/n(\\d+)/} {step} {round}\n")
	steps[1].Expect = regexp.MustCompile(`^echo Y \d+ 2 [12]$`)
	res := run(t, Config{Script: steps, Phones: 20, Rounds: 2}, same)
	require.NoError(t, res.Strict())
	require.EqualValues(t, []int64{80, 80, 80, 80}, []int64{res.Messages, res.Acked, res.Answered, res.Replies})
	require.Equal(t, 80, res.EndToEnd.Count)
}

func TestWhatGoesWrongIsCounted(t *testing.T) {
	correlate := regexp.MustCompile(`n(\d+)`)
	for name, x := range map[string]struct {
		cfg    Config
		answer func(n int, text string) []string
		want   Result
	}{
		"lost": {Config{}, func(n int, text string) []string {
			if n == 3 {
				return nil
			}
			return same(n, text)
		}, Result{Messages: 10, Acked: 10, Answered: 9, Missing: 1, Replies: 9}},
		"twice": {Config{}, func(n int, text string) []string {
			if n == 3 {
				return []string{text, text}
			}
			return same(n, text)
		}, Result{Messages: 10, Acked: 10, Answered: 10, Duplicates: 1, Replies: 11}},
		"twice, known by number": {Config{Correlate: correlate}, func(n int, text string) []string {
			if n == 10 {
				return []string{text, text}
			}
			return same(n, text)
		}, Result{Messages: 10, Acked: 10, Answered: 10, Duplicates: 1, Replies: 11}},
		"not as expected": {Config{}, func(n int, text string) []string {
			if n == 3 {
				return []string{"SORRY"}
			}
			return same(n, text)
		}, Result{Messages: 10, Acked: 10, Answered: 10, Unexpected: 1, Replies: 10}},
	} {
		t.Run(name, func(t *testing.T) {
			x.cfg.Script, x.cfg.Phones, x.cfg.Timeout = script(t, "[expect=/n/] BOOK n{n}"), 10, 5*time.Second
			res := run(t, x.cfg, x.answer)
			require.Error(t, res.Strict())
			got := Result{Messages: res.Messages, Acked: res.Acked, Answered: res.Answered, Missing: res.Missing, Duplicates: res.Duplicates,
				Disorder: res.Disorder, Misrouted: res.Misrouted, Stray: res.Stray, Unexpected: res.Unexpected, Replies: res.Replies, Unacked: res.Unacked}
			require.Equal(t, x.want, got)
			require.NotEmpty(t, res.Notes)
		})
	}
}

func TestDisorderIsFound(t *testing.T) {
	var held string
	res := run(t, Config{Script: script(t, "a n{n}\nb n{n}"), Phones: 1, NoWait: true, Correlate: regexp.MustCompile(`n(\d+)`)}, func(n int, text string) []string {
		if n == 1 {
			held = text
			return nil
		}
		return []string{text, held}
	})
	require.EqualValues(t, 1, res.Disorder)
	require.EqualValues(t, 2, res.Answered)
	require.Zero(t, res.Missing)
}

func TestOpenLoadKeepsItsRate(t *testing.T) {
	start := time.Now()
	res := run(t, Config{Script: script(t, "BOOK n{n}"), Phones: 10, Rate: 100, Duration: 10 * time.Second, NoWait: true}, same)
	require.NoError(t, res.Strict())
	require.InDelta(t, 1000, res.Messages, 2)
	require.InDelta(t, 10, res.Seconds, 0.2)
	require.Less(t, time.Since(start), 5*time.Second, "the clock is not the real one")
}

func TestLongTextsAndNoReply(t *testing.T) {
	long := "BOOK n{n} " + strings.Repeat("please ", 40)
	for _, form := range []smsc.LongForm{smsc.UDH8, smsc.UDH16} {
		res := run(t, Config{Script: script(t, "[gsm7] "+long+"\n[noreply] BYE"), Phones: 1, Rounds: 3, Long: form}, func(_ int, text string) []string {
			if text == "BYE" {
				return nil
			}
			return []string{text[:20]}
		})
		require.NoError(t, res.Strict())
		require.EqualValues(t, 6, res.Messages)
		require.EqualValues(t, 3, res.Replies)
	}
}

func TestAReplyWithoutAMatchEndsThePhone(t *testing.T) {
	res := run(t, Config{Script: script(t, "BOOK\nY {reply:/code (\\d+)/}"), Phones: 2}, same)
	require.EqualValues(t, 2, res.Unexpected)
	require.EqualValues(t, 2, res.Messages)
}

func TestScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "has no text",
		"# only a comment":    "has no text",
		"ok\n{nobody}":        "test:2: there is no {nobody}",
		"{n":                  "a { without its }",
		"[gsm7 x":             "a [ without its ]",
		"[fast] x":            "there is no [fast]",
		"[replies=x] x":       "[replies=N] takes a number",
		"[expect=/(/] x":      "missing closing",
		"{reply:x}":           "between slashes",
		"{pick:}":             "what to pick from",
		"[noreply]":           "an empty text",
		"[replies=-1] hallo!": "[replies=N] takes a number",
	} {
		_, err := ParseScript("test", strings.NewReader(text))
		require.ErrorContains(t, err, want, text)
	}
}

func TestPlaceholders(t *testing.T) {
	s := script(t, "[ucs2] [replies=2] {msisdn}|{pick:A|B}|{reply:/x{1,2}(y)/}|{n}")[0]
	require.Equal(t, 2, s.Replies)
	require.Equal(t, coding.UCS2, s.Encoding)
	text, err := s.text(values{msisdn: "1", n: 3, reply: "xxy"})
	require.NoError(t, err)
	require.Equal(t, "1|B|y|3", text)
	seen := map[string]bool{}
	for i := range 5000 {
		id, number := residentID(i), card(i)
		require.Len(t, id, 18)
		require.Len(t, number, 16)
		sum := 0
		for at := range 16 {
			d := int(number[15-at] - '0')
			if at%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		require.Zero(t, sum%10, number)
		require.False(t, seen[id] || seen[number], i)
		seen[id], seen[number] = true, true
	}
	require.Equal(t, "11010519491231002X", checked("11010519491231002"))
}

// checked adds the check character in the other way the standard has: a sum with powers of two.
func checked(id string) string {
	sum := 0
	for _, d := range id {
		sum = (sum + int(d-'0')) * 2
	}
	return id + string("0123456789X"[(12-sum%11)%11])
}

func TestResidentIDsHaveTheirCheckCharacter(t *testing.T) {
	for i := range 1000 {
		require.Equal(t, checked(residentID(i)[:17]), residentID(i))
	}
}

func TestPercentilesAreExact(t *testing.T) {
	var d []time.Duration
	for i := 1000; i >= 1; i-- {
		d = append(d, time.Duration(i)*time.Millisecond)
	}
	require.Equal(t, Times{Count: 1000, Mean: 500.5, P50: 500, P90: 900, P95: 950, P99: 990, P999: 999, Max: 1000}, timesOf(d))
	out, err := json.Marshal(Result{EndToEnd: timesOf(d)})
	require.NoError(t, err)
	require.Contains(t, string(out), `"e2e_ms":{"count":1000,"mean":500.500,"p50":500.000`)
	var table bytes.Buffer
	(&Result{EndToEnd: timesOf(d), Notes: []string{"x"}}).Table(&table)
	require.Contains(t, table.String(), fmt.Sprintf("%9.2f", 990.0))
}

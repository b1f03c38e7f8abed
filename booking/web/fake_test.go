package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/crypto/bcrypt"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/booking/stats"
	"shortfare/parser"
)

// memory is a Store in memory.
type memory struct {
	customers []*booking.Customer
	orders    []*booking.Order
	texts     []booking.MO
	answers   []booking.Answer
	entries   []booking.Entry
	stops     []booking.Suspension
	err       error
	wait      chan struct{} // censuses wait for its end; nil for none
}

func (m *memory) EachCustomer(_ context.Context, after booking.MSISDN, each func(*booking.Customer) error) error {
	if m.wait != nil {
		<-m.wait
	}
	for _, c := range m.customers {
		if c.MSISDN > after {
			if err := each(c); err != nil {
				return err
			}
		}
	}
	return m.err
}

func (m *memory) EachEntry(_ context.Context, after int64, each func(booking.Entry) error) error {
	for _, e := range m.entries {
		if e.ID > after {
			if err := each(e); err != nil {
				return err
			}
		}
	}
	return m.err
}

func (m *memory) Since(_ context.Context, at time.Time) (k booking.Marks, err error) {
	for _, x := range m.texts {
		if x.At.Before(at) {
			k.Text = x.ID
		}
	}
	for _, x := range m.answers {
		if x.At.Before(at) {
			k.Reply = x.ID
		}
	}
	for _, x := range m.entries {
		if x.At.Before(at) {
			k.Entry = x.ID
		}
	}
	return k, m.err
}

func (m *memory) TextsSince(_ context.Context, after int64, rows int) (n int, last int64, err error) {
	last = after
	for _, x := range m.texts {
		if x.ID > after && n < rows {
			n, last = n+1, x.ID
		}
	}
	return n, last, m.err
}

func (m *memory) RepliesSince(_ context.Context, after, upTo int64, rows int) (n int, lost []booking.Answer, last int64, err error) {
	last = after
	for _, x := range m.answers {
		if x.ID > after && x.ID <= upTo && n < rows {
			n, last = n+1, x.ID
			if x.State == booking.MTUndeliverable && x.Receipt {
				lost = append(lost, x)
			}
		}
	}
	return n, lost, last, m.err
}

func line(o *booking.Order) booking.OrderLine {
	l := booking.OrderLine{ID: o.ID, Customer: o.Customer, Number: o.Trip.Number, Kind: o.Trip.Kind, State: o.State, Reason: o.Reason, Seats: o.Seats, Price: o.Price}
	if !o.Trip.Dep.IsZero() {
		l.Day = booking.DateOf(o.Trip.Dep)
	}
	if f, ok := o.Trip.Fare(""); ok {
		l.Class = f.Class
	}
	return l
}

func (m *memory) OrderLines(_ context.Context, after booking.OrderID, limit int) (list []booking.OrderLine, err error) {
	for _, o := range m.orders {
		if o.ID > after && len(list) < limit {
			list = append(list, line(o))
		}
	}
	return list, m.err
}

func (m *memory) Departing(_ context.Context, q booking.OrderQuery, limit int) (list []booking.OrderLine, err error) {
	for _, o := range m.orders {
		l := line(o)
		if l.Day >= q.First && l.Day <= q.Last && l.Day != 0 && (l.Day > q.AfterDay || l.Day == q.AfterDay && l.ID > q.AfterID) &&
			(q.Number == "" || q.Number == l.Number) && (q.Code == "" || q.Code == o.Code) {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b booking.OrderLine) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), limit)], m.err
}

func (m *memory) Order(_ context.Context, who booking.MSISDN, id booking.OrderID) (*booking.Order, error) {
	for _, o := range m.orders {
		if o.ID == id && o.Customer == who {
			return o, m.err
		}
	}
	return nil, m.err
}

func (m *memory) Customer(_ context.Context, who booking.MSISDN) (*booking.Customer, error) {
	for _, c := range m.customers {
		if c.MSISDN == who {
			return c, m.err
		}
	}
	return nil, m.err
}

func (m *memory) TextsOf(_ context.Context, who booking.MSISDN, before int64, rows, limit int) (list []booking.MO, low int64, err error) {
	for i := len(m.texts) - 1; i >= 0 && len(list) < limit; i-- {
		t := m.texts[i]
		if before != 0 && t.ID >= before {
			continue
		}
		if rows == 0 {
			return list, m.texts[i+1].ID, m.err
		}
		if rows--; t.MSISDN == who {
			list = append(list, t)
		}
	}
	if len(list) == limit {
		low = list[limit-1].ID
	}
	return list, low, m.err
}

func (m *memory) RepliesOf(_ context.Context, who booking.MSISDN, from, before int64, limit int) (list []booking.Answer, err error) {
	for _, a := range m.answers {
		if a.MSISDN == who && a.ID >= from && (before == 0 || a.ID < before) && len(list) < limit {
			list = append(list, a)
		}
	}
	return list, m.err
}

func (m *memory) Count(_ context.Context, day booking.Date) (list []booking.Tally, err error) {
	for _, o := range m.orders {
		if l := line(o); l.Day == day {
			list = append(list, booking.Tally{Number: l.Number, Day: day, Class: l.Class, State: l.State, Reason: l.Reason, Orders: 1, Seats: l.Seats, Money: l.Price})
		}
	}
	return list, m.err
}

func (m *memory) Suspended(context.Context) ([]booking.Suspension, error) { return m.stops, m.err }

type keyed struct{}

func (keyed) PRF(kind string, data []byte) (out [32]byte) {
	h := hmac.New(sha256.New, []byte("key"))
	h.Write([]byte(kind + "\x00"))
	h.Write(data)
	copy(out[:], h.Sum(nil))
	return out
}

// noon is the moment of all tests.
var noon = time.Date(2030, 12, 4, 12, 0, 0, 0, time.FixedZone("", 8*3600))

const password = "a long password"

// bench is a console under test.
type bench struct {
	*Console
	t       testing.TB
	handler http.Handler
	store   *memory
	wall    time.Time
	logged  *bytes.Buffer
}

func operators(t testing.TB, names ...string) Operators {
	t.Helper()
	var lines []string
	for _, n := range names {
		l, err := OperatorLine(n, password, bcrypt.MinCost)
		require.NoError(t, err)
		lines = append(lines, l)
	}
	o, err := ParseOperators([]byte(strings.Join(lines, "\n")))
	require.NoError(t, err)
	return o
}

// start makes a console over a store; more changes its options.
func start(t testing.TB, s *memory, more func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, store: s, wall: time.Date(2030, 12, 4, 4, 0, 0, 0, time.UTC), logged: &bytes.Buffer{}}
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(b.logged)), zap.DebugLevel))
	o := Options{Store: s, IDs: keyed{}, Operators: operators(t, "li", "wang"), Hosts: []string{"console.test"}, Loc: noon.Location(), SaleDays: 15,
		Now: func() time.Time { return noon }, Wall: func() time.Time { return b.wall }, Log: log, Rules: classes.Defaults(),
		Links: func() []Link {
			return []Link{{Name: "a-1", Carrier: "a", Up: true}, {Name: "a-2", Carrier: "a", Queue: 1200, Oldest: 3 * time.Minute}}
		},
		Parse: func(_ booking.MSISDN, text string, at time.Time) parser.Command {
			return parser.Plain(text, parser.Context{Today: parser.FromTime(at), SaleDays: 15})
		}}
	if more != nil {
		more(&o)
	}
	c, err := New(o)
	require.NoError(t, err)
	b.Console, b.handler = c, c.Handler()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); c.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return b
}

// browser keeps cookies and goes where it is sent.
type browser struct {
	*bench
	cookies map[string]string
	from    string
	header  http.Header
}

func (b *bench) browser() *browser {
	return &browser{bench: b, cookies: map[string]string{}, from: "192.0.2.1:4711", header: http.Header{}}
}

// send makes one request.
func (w *browser) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Host, r.RemoteAddr = "console.test", w.from
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", "null")
	}
	for k, v := range w.header {
		r.Header[k] = v
	}
	if h := r.Header.Get("Host"); h != "" {
		r.Host = h
	}
	for k, v := range w.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	for _, k := range rec.Result().Cookies() {
		if k.MaxAge < 0 {
			delete(w.cookies, k.Name)
		} else {
			w.cookies[k.Name] = k.Value
		}
	}
	return rec
}

func (w *browser) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.send(http.MethodGet, path, nil)
}

// page is get of a page that must be there.
func (w *browser) page(path string) string {
	w.t.Helper()
	rec := w.get(path)
	require.Equal(w.t, http.StatusOK, rec.Code, "%s: %s", path, rec.Body)
	return rec.Body.String()
}

// token finds the token of the form on a page.
func token(t testing.TB, page string) string {
	t.Helper()
	m := regexp.MustCompile(`name="csrf" value="([^"]{20,})"`).FindStringSubmatch(page)
	require.NotNil(t, m, page)
	return m[1]
}

// tryLogin fills in the form.
func (w *browser) tryLogin(name, password string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.send(http.MethodPost, "/en/login", url.Values{"csrf": {token(w.t, w.page("/en/login"))}, "name": {name}, "password": {password}})
}

// login gives a browser that has logged in.
func (b *bench) login() *browser {
	b.t.Helper()
	w := b.browser()
	rec := w.tryLogin("li", password)
	require.Equal(b.t, http.StatusSeeOther, rec.Code, rec.Body)
	require.Equal(b.t, "/en/", rec.Header().Get("Location"))
	return w
}

// words are what a page says, without its tags.
func words(page string) string {
	s := regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(page, " ")
	for _, r := range [][2]string{{"&lt;", "<"}, {"&gt;", ">"}, {"&#34;", `"`}, {"&#39;", "'"}, {"&#43;", "+"}, {"&amp;", "&"}, {"\u00a0", " "}, {"\u202f", " "}} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return strings.Join(strings.Fields(s), " ")
}

// quick is a memory whose orders are of one day and in order: it does not look at all of them for a page.
type quick struct{ *memory }

func (q quick) Departing(_ context.Context, o booking.OrderQuery, limit int) (list []booking.OrderLine, err error) {
	from := int(o.AfterID)
	for _, x := range q.orders[from:min(from+limit, len(q.orders))] {
		list = append(list, line(x))
	}
	return list, nil
}

func newTable() *stats.Table { return stats.New(stats.Service) }

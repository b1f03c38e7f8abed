package web

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/parser"
)

//go:embed static pages texts
var files embed.FS

// Store is what the console reads. Every call is one short snapshot beside the
// writer, of a bounded number of rows; ctx ends it.
type Store interface {
	EachCustomer(ctx context.Context, after booking.MSISDN, each func(*booking.Customer) error) error
	EachEntry(ctx context.Context, after int64, each func(booking.Entry) error) error
	Since(ctx context.Context, at time.Time) (booking.Marks, error)
	TextsSince(ctx context.Context, after int64, rows int) (n int, last int64, err error)
	RepliesSince(ctx context.Context, after, upTo int64, rows int) (n int, lost []booking.Answer, last int64, err error)
	OrderLines(ctx context.Context, after booking.OrderID, limit int) ([]booking.OrderLine, error)
	Departing(ctx context.Context, q booking.OrderQuery, limit int) ([]booking.OrderLine, error)
	Order(ctx context.Context, m booking.MSISDN, id booking.OrderID) (*booking.Order, error)
	Customer(ctx context.Context, m booking.MSISDN) (*booking.Customer, error)
	TextsOf(ctx context.Context, m booking.MSISDN, before int64, rows, limit int) (list []booking.MO, low int64, err error)
	RepliesOf(ctx context.Context, m booking.MSISDN, from, before int64, limit int) ([]booking.Answer, error)
	Count(ctx context.Context, day booking.Date) ([]booking.Tally, error)
	Suspended(ctx context.Context) ([]booking.Suspension, error)
}

// Timetable lists what runs.
type Timetable interface {
	// Departing lists whole runs that start on a day, by departure, of services
	// whose number begins with prefix: at most limit after skip. total counts all.
	Departing(day booking.Date, prefix string, skip, limit int) (runs []booking.Trip, total int)
}

// PRF is a keyed pseudo-random function, separate for each kind; booking.Vault has it.
type PRF interface {
	PRF(kind string, data []byte) [32]byte
}

// Link is a bind to a carrier as it is now.
type Link struct {
	Name, Carrier string
	Up            bool
	Queue         int           // texts without a result
	Oldest        time.Duration // age of the one that waits longest
}

// Matter is something that a person must look at.
type Matter struct {
	Kind     string // its words are those of matter.KIND
	At       time.Time
	Customer booking.MSISDN  // 0 for none
	Order    booking.OrderID // 0 for none
	Says     []string        // keys of more words about it
	Note     string          // more about it, in nobody's language; may be empty
}

// Occupation is one that customers may have, with its names.
type Occupation struct{ Key, En, Zh string }

// Options say what the console shows and to whom. Store, IDs and Operators are required.
type Options struct {
	Store     Store
	IDs       PRF
	Operators Operators
	Hosts     []string // names it may be called by, without port, in small letters; empty for any
	Secure    bool     // it is served over TLS

	Loc         *time.Location
	Now         func() time.Time // of the service; time.Now by default
	Wall        func() time.Time // of sessions and locks; time.Now by default
	Log         *zap.Logger      // no-op by default
	Rules       classes.Rules
	Occupations []Occupation
	SaleDays    int

	// Each of these may be nil: then the console does not tell.
	Links     func() []Link
	Matters   func(context.Context) ([]Matter, error) // beside those that the console finds itself
	Timetable func() Timetable
	Stock     booking.Stock
	// Parse reads a text as it was read at that time.
	Parse func(m booking.MSISDN, text string, at time.Time) parser.Command
}

// Console is the operator console. Its handler works while Run does.
type Console struct {
	o        Options
	key      [32]byte // of CSRF tokens; new with every process
	pages    map[string]*pages
	sessions sessions
	guard    guard
	checking chan struct{} // a token for each password that is checked at a time
	census   census
}

// New makes a console. Errors: a page or a text that is not well formed.
func New(o Options) (*Console, error) {
	if o.Store == nil || o.IDs == nil || len(o.Operators.hashes) == 0 {
		return nil, errors.New("web: Options.Store, IDs and Operators are required")
	}
	if o.Loc == nil {
		o.Loc = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wall == nil {
		o.Wall = time.Now
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	c := &Console{o: o, checking: make(chan struct{}, 2), pages: map[string]*pages{}}
	c.sessions.open = map[sessionKey]*session{}
	c.guard.init()
	c.census.init()
	if _, err := rand.Read(c.key[:]); err != nil {
		return nil, fmt.Errorf("web: no randomness: %w", err)
	}
	for _, lang := range languages {
		p, err := c.load(lang)
		if err != nil {
			return nil, fmt.Errorf("web: %s: %w", lang, err)
		}
		c.pages[lang] = p
	}
	return c, nil
}

// Run counts in the background, while somebody looks, until ctx ends.
func (c *Console) Run(ctx context.Context) { c.census.run(ctx, c) }

func (c *Console) now() time.Time { return c.o.Now().In(c.o.Loc) }

// queryTime is how long a page may read the store.
const queryTime = 3 * time.Second

// Handler serves the console.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.begin)
	mux.HandleFunc("GET /static/{file}", c.static)
	for _, lang := range languages {
		at := func(method, path string, h func(http.ResponseWriter, *http.Request, *visit)) {
			mux.HandleFunc(method+" /"+lang+path, func(w http.ResponseWriter, r *http.Request) { h(w, r, &visit{lang: lang}) })
		}
		private := func(path, name string, h func(context.Context, *http.Request, *visit) (any, error)) {
			at("GET", path, func(w http.ResponseWriter, r *http.Request, v *visit) { c.page(w, r, v, name, h) })
		}
		at("GET", "/login", c.loginPage)
		at("POST", "/login", c.login)
		at("POST", "/logout", c.logout)
		private("/{$}", "overview", c.overview)
		private("/orders", "orders", c.orders)
		private("/services", "services", c.services)
		private("/customers", "customers", c.customers)
		private("/customers/{id}", "customer", c.customer)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		code := http.StatusNotFound
		if r.Method == http.MethodPost {
			w.Header().Set("Allow", "GET, HEAD")
			code = http.StatusMethodNotAllowed
		}
		c.fail(w, r, &visit{lang: preferred(r)}, code)
	})
	return c.shield(mux)
}

// shield sets what every answer needs and refuses what no page takes.
func (c *Console) shield(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if c.o.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		v := &visit{lang: preferred(r)}
		switch {
		case !c.hosted(r.Host):
			c.fail(w, r, v, http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
			h.Set("Allow", "GET, HEAD, POST")
			c.fail(w, r, v, http.StatusMethodNotAllowed)
		case len(r.URL.RawQuery) > maxQuery:
			c.fail(w, r, v, http.StatusRequestURITooLong)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// maxQuery bounds the filters of a page, in bytes.
const maxQuery = 2048

// hosted tells whether the console may be called by that name. Any other would let a
// page elsewhere, whose name was made to mean this machine, read it.
func (c *Console) hosted(host string) bool {
	if len(c.o.Hosts) == 0 {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	for _, h := range c.o.Hosts {
		if name == h {
			return true
		}
	}
	return false
}

// begin leads to the pages in the browser's language.
func (c *Console) begin(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/"+preferred(r)+"/", http.StatusSeeOther)
}

func (c *Console) static(w http.ResponseWriter, r *http.Request) {
	types := map[string]string{"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
	name := r.PathValue("file")
	b, err := files.ReadFile("static/" + name)
	if types[name] == "" || err != nil {
		c.fail(w, r, &visit{lang: preferred(r)}, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", types[name])
	_, _ = w.Write(b)
}

// errNotFound is returned by a page for what is not there.
var errNotFound = errors.New("not found")

// badQuery is a filter that can't be read: the words under that key say so.
type badQuery string

func (e badQuery) Error() string { return string(e) }

// page serves a page to operators who have logged in.
func (c *Console) page(w http.ResponseWriter, r *http.Request, v *visit, name string, h func(context.Context, *http.Request, *visit) (any, error)) {
	if v.session = c.sessionOf(r); v.session == nil {
		http.Redirect(w, r, "/"+v.lang+"/login", http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), queryTime)
	defer cancel()
	body, err := h(ctx, r, v)
	var bad badQuery
	code := http.StatusOK
	switch {
	case errors.Is(err, errNotFound):
		code = http.StatusNotFound
	case errors.As(err, &bad):
		code, v.Note = http.StatusBadRequest, c.pages[v.lang].texts.say(string(bad))
	case errors.Is(err, context.DeadlineExceeded):
		code = http.StatusGatewayTimeout
	case err != nil:
		code = http.StatusServiceUnavailable
		c.o.Log.Error("console: page failed", zap.String("page", name), zap.Error(err))
	}
	c.o.Log.Info("console: page viewed", zap.String("operator", v.session.operator), zap.String("page", name), zap.Int("status", code),
		zap.String("customer", v.seen), zap.String("from", addressOf(r)))
	if err != nil {
		c.fail(w, r, v, code)
		return
	}
	c.render(w, r, v, name, http.StatusOK, body)
}

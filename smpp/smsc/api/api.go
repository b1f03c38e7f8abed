// Package api gives an SMSC to programs and web pages over HTTP: texts in and
// out, binds, faults and the ledger, as JSON. The README of cmd/smscsim is its manual.
package api

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/coding"
	"shortfare/smpp/smsc"
)

// The limits of what clients may ask for.
const (
	MaxBody    = 64 << 10         // octets of a request
	MaxWait    = time.Minute      // of a long poll
	MaxTexts   = 1000             // texts in one answer
	MaxStreams = 256              // event streams and long polls at a time
	heartbeat  = 15 * time.Second // of an event stream
)

// Options says who may use the API.
type Options struct {
	// Token, if any, must be given as "Authorization: Bearer TOKEN".
	Token string
	// AnyHost lets requests in that name another host than the loopback. A
	// browser that was led to a foreign name for 127.0.0.1 does that, so it
	// should be set only together with Token.
	AnyHost bool
	// ShortCode is what texts go to that name none.
	ShortCode string
}

type server struct {
	smsc    *smsc.SMSC
	options Options
	streams chan struct{} // holds one for each long request
}

// Handler returns the API of s.
func Handler(s *smsc.SMSC, o Options) http.Handler {
	x := &server{smsc: s, options: o, streams: make(chan struct{}, MaxStreams)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/state", x.state)
	mux.HandleFunc("GET /v1/binds", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, list(s.Binds())) })
	mux.HandleFunc("POST /v1/mo", x.inject)
	mux.HandleFunc("GET /v1/mo/{id}", x.mo)
	mux.HandleFunc("GET /v1/texts", x.texts)
	mux.HandleFunc("GET /v1/events", x.events)
	mux.HandleFunc("GET /v1/controls", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, smsc.Controls()) })
	mux.HandleFunc("POST /v1/control", x.control)
	mux.HandleFunc("GET /v1/ledger", x.ledger)
	return x.guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard lets in who may use the API, and bounds what they send.
func (x *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what cannot be read is not JSON
		switch {
		case !x.options.AnyHost && !loopback(r.Host):
			refuse(w, http.StatusForbidden, errors.New("this API answers to localhost only"))
		case x.options.Token != "" && (!ok || subtle.ConstantTimeCompare([]byte(given), []byte(x.options.Token)) == 0):
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, errors.New("the token is missing or wrong"))
		case r.Method == http.MethodPost && media != "application/json":
			refuse(w, http.StatusUnsupportedMediaType, errors.New("send application/json"))
		default:
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
			next.ServeHTTP(w, r)
		}
	})
}

// loopback reports whether a Host header names this machine only.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (x *server) state(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, struct {
		Binds    []smsc.BindInfo `json:"binds"`
		Pending  int             `json:"pending"`
		LastText int64           `json:"last_text"`
	}{list(x.smsc.Binds()), x.smsc.Pending(), x.smsc.LastText()})
}

// list makes JSON show an empty list as one.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// text is the body of POST /v1/mo.
type text struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
	Long     string `json:"long"`
	SystemID string `json:"system_id"`
	DataSM   bool   `json:"data_sm"`
}

func (t text) options() (o smsc.MOOptions, err error) {
	encodings := map[string]coding.Encoding{"": coding.Auto, "gsm7": coding.GSM7, "latin1": coding.Latin1, "ucs2": coding.UCS2}
	forms := map[string]smsc.LongForm{"": smsc.UDH8, "udh8": smsc.UDH8, "udh16": smsc.UDH16, "sar": smsc.SAR, "payload": smsc.Payload}
	e, ok1 := encodings[t.Encoding]
	long, ok2 := forms[t.Long]
	switch {
	case !ok1:
		return o, fmt.Errorf("encoding is gsm7, latin1 or ucs2, not %q", t.Encoding)
	case !ok2:
		return o, fmt.Errorf("long is udh8, udh16, sar or payload, not %q", t.Long)
	}
	return smsc.MOOptions{Encoding: e, Long: long, SystemID: t.SystemID, DataSM: t.DataSM}, nil
}

func (x *server) inject(w http.ResponseWriter, r *http.Request) {
	var t text
	if !read(w, r, &t) {
		return
	}
	if t.To == "" {
		t.To = x.options.ShortCode
	}
	o, err := t.options()
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	id, err := x.smsc.Inject(t.From, t.To, t.Text, o)
	switch {
	case errors.Is(err, smsc.ErrQueueFull):
		refuse(w, http.StatusServiceUnavailable, err)
	case err != nil:
		refuse(w, http.StatusBadRequest, err)
	default:
		reply(w, http.StatusAccepted, map[string]int64{"id": id})
	}
}

func (x *server) control(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Words []string `json:"words"`
		Line  string   `json:"line"`
	}
	if !read(w, r, &c) {
		return
	}
	said, err := x.smsc.Control(append(c.Words, strings.Fields(c.Line)...))
	if err != nil {
		status := http.StatusBadGateway
		if errors.Is(err, smsc.ErrControl) {
			status = http.StatusBadRequest
		}
		refuse(w, status, err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"done": said})
}

func (x *server) ledger(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	_ = x.smsc.Ledger().WriteJSON(w) // a client that has gone needs none
}

// read reads the body; if it cannot, it has answered.
func read(w http.ResponseWriter, r *http.Request, to any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(to)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Errorf("a request has up to %d octets", MaxBody))
	case err != nil:
		refuse(w, http.StatusBadRequest, fmt.Errorf("JSON: %w", err))
	}
	return err == nil
}

func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // a client that has gone needs none
}

// number reads a parameter that is a number; otherwise is what it is when it is missing.
func number(r *http.Request, name string, otherwise int64) (int64, error) {
	word := r.FormValue(name)
	if word == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is a number, not %q", name, word)
	}
	return n, nil
}

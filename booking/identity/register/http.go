package register

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"shortfare/booking"
)

// DefaultTimeout is Options.Timeout when that is zero.
const DefaultTimeout = 10 * time.Second

// maxAnswer bounds the body of an answer.
const maxAnswer = 16 << 10

// Options of a register. URL, Key and Vault are required.
type Options struct {
	URL   string        // https, or http on this machine
	Key   []byte        // shared secret of the signatures, at least MinKey bytes
	Vault booking.Vault // opens the numbers of documents
	// TLS is what LoadTLS returns. Without it an https URL is refused, so that no
	// authority is trusted that was not named.
	TLS     *tls.Config
	Timeout time.Duration    // of one question, beside the context's deadline; DefaultTimeout
	Now     func() time.Time // time.Now when nil
}

// HTTP asks a register over HTTP. It is safe for concurrent use.
type HTTP struct {
	o      Options
	client *http.Client

	unknown atomic.Int32 // answers in a row that were unknown
	last    atomic.Int64 // when the last of them was; Unix nanoseconds of Options.Now
}

var _ booking.IdentityVerifier = (*HTTP)(nil)

// New makes the adapter. It opens no connection. It fails for options that
// could not be used safely.
func New(o Options) (*HTTP, error) {
	if err := CheckURL(o.URL); err != nil {
		return nil, err
	}
	if o.Vault == nil {
		return nil, errors.New("register: Options.Vault is required")
	}
	if len(o.Key) < MinKey {
		return nil, fmt.Errorf("register: the key has %d bytes; %d are needed", len(o.Key), MinKey)
	}
	if secure(o.URL) && (o.TLS == nil || o.TLS.RootCAs == nil || o.TLS.InsecureSkipVerify) {
		return nil, errors.New("register: an https URL needs the authority to trust")
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &HTTP{o: o, client: &http.Client{
		// No proxy of the environment's: documents go to the register alone.
		Transport: &http.Transport{TLSClientConfig: o.TLS, ForceAttemptHTTP2: true, MaxIdleConns: 4, MaxIdleConnsPerHost: 4,
			IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: o.Timeout, MaxResponseHeaderBytes: 16 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Close closes idle connections.
func (r *HTTP) Close() { r.client.CloseIdleConnections() }

// Verify implements booking.IdentityVerifier.
func (r *HTTP) Verify(ctx context.Context, q booking.VerifyRequest) booking.Outcome[booking.Verified] {
	a, err := r.ask(ctx, q)
	if err != nil {
		r.last.Store(r.o.Now().UnixNano())
		r.unknown.Add(1)
		return booking.IsUnknown[booking.Verified](fmt.Errorf("register: %w", err))
	}
	r.unknown.Store(0)
	if a.Result == NoMatch {
		return booking.IsRefused[booking.Verified](booking.ReasonIdentity)
	}
	return booking.IsDone(booking.Verified{Ref: a.Ref})
}

func (r *HTTP) ask(ctx context.Context, q booking.VerifyRequest) (Answer, error) {
	if !reference(q.Key) || q.Key == "" {
		return Answer{}, errors.New("the key of the question is empty, too long or not plain")
	}
	number, err := r.o.Vault.Open(booking.SecretDocument, q.Owner.String(), q.Document.Sealed)
	if err != nil {
		return Answer{}, fmt.Errorf("open document: %w", err)
	}
	defer clear(number)
	body, err := json.Marshal(Request{Key: q.Key, Name: strings.ToValidUTF8(q.Name, "\uFFFD"), Document: Document{Kind: q.Document.Kind, Number: string(number)}})
	if err != nil {
		return Answer{}, errors.New("the number is not text") // the encoder's error may quote it
	}
	defer clear(body)
	ctx, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.o.URL, bytes.NewReader(body))
	if err != nil {
		return Answer{}, plain(err)
	}
	req.GetBody = nil // or a request with an idempotency key is sent again by itself
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "shortfare")
	req.Header.Set(HeaderKey, q.Key)
	Sign(r.o.Key, req.Header, q.Key, r.o.Now(), body)
	resp, err := r.client.Do(req)
	if err != nil {
		return Answer{}, plain(err)
	}
	defer resp.Body.Close()
	return r.answer(resp, q.Key)
}

// answer reads a response as far as it can be trusted.
func (r *HTTP) answer(resp *http.Response, key string) (Answer, error) {
	if resp.StatusCode != http.StatusOK {
		return Answer{}, fmt.Errorf("status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return Answer{}, plain(err)
	}
	if len(body) > maxAnswer {
		return Answer{}, fmt.Errorf("%w: longer than %d bytes", errBody, maxAnswer)
	}
	if err := Verify(r.o.Key, resp.Header, key, r.o.Now(), body); err != nil {
		return Answer{}, err
	}
	return ParseAnswer(body, key)
}

// plain keeps of a transport's error what is safe to log. Some of those errors
// quote what the other end wrote, which may be our question, and all of them the URL.
func plain(err error) error {
	var op *net.OpError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("no answer in time")
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &cert):
		return fmt.Errorf("its certificate is not trusted: %w", cert.Err)
	case errors.As(err, &op):
		return op
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("connection cut")
	}
	return errors.New("connection broken, or no HTTP spoken")
}

// Unready are the answers in a row that were unknown after which the register
// counts as not usable, and Rest is how long: then it is tried again.
const (
	Unready = 3
	Rest    = time.Minute
)

// Ready fails while the register has not answered the last questions. It costs nothing.
func (r *HTTP) Ready(context.Context) error {
	n := r.unknown.Load()
	if n < Unready || r.o.Now().Sub(time.Unix(0, r.last.Load())).Abs() >= Rest {
		return nil
	}
	return fmt.Errorf("register: the last %d questions were not answered", n)
}

// CheckURL tells whether a register may be asked there: over https, or over
// http on this machine; without a user's name or password, which belong in no URL.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return errors.New("is no URL; write one such as https://register.example/verify") // err quotes it
	case u.User != nil:
		return errors.New("holds a user; remove it, requests are signed with the key")
	case u.Fragment != "" || u.RawQuery != "":
		return errors.New("has a query or fragment; write scheme, host and path only")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return errors.New("is not secured; write https, since documents are sent there")
	}
	return fmt.Errorf("scheme %q is not known; write https", u.Scheme)
}

func secure(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// LoadTLS makes the client side of TLS: the only authorities that are trusted
// are those of the file, and with a certificate and its key we show who we are.
func LoadTLS(pem []byte, certFile, keyFile string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x509.NewCertPool()}
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("holds no certificate in PEM")
	}
	if certFile == "" && keyFile == "" {
		return c, nil
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("our certificate: %w", err)
	}
	c.Certificates = []tls.Certificate{pair}
	return c, nil
}

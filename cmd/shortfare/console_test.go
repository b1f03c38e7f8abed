package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/csv"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"shortfare/booking/stats"
	"shortfare/booking/web"
)

// clerk looks at a console as a browser does.
type clerk struct {
	t    *testing.T
	base string
	http *http.Client
}

func newClerk(t *testing.T, base string) clerk {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return clerk{t, base, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// see fetches a page and gives its text without tags, and as it is.
func (c clerk) see(path string) (words, page string) {
	c.t.Helper()
	r, err := c.http.Get(c.base + path)
	require.NoError(c.t, err)
	return c.read(r)
}

func (c clerk) read(r *http.Response) (words, page string) {
	c.t.Helper()
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, r.StatusCode, string(b))
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(string(b), " "))), " "), string(b)
}

func (c clerk) login(name, password string) {
	c.t.Helper()
	_, page := c.see("/en/login")
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(page)
	require.NotNil(c.t, token)
	r, err := c.http.PostForm(c.base+"/en/login", url.Values{"csrf": {token[1]}, "name": {name}, "password": {password}})
	require.NoError(c.t, err)
	words, _ := c.read(r)
	require.Contains(c.t, words, "Needs a person")
}

// consoleOf serves a console of a world until the test ends.
func consoleOf(t *testing.T, w *world) clerk {
	t.Helper()
	con, password, err := localConsole("127.0.0.1:0", w)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- con.serve(ctx) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-ended) })
	c := newClerk(t, "http://"+con.listen.Addr().String())
	c.login("operator", password)
	return c
}

// What customers did through the whole product is what the console shows, also
// after the gateway has crashed.
func TestConsoleShowsTheWorld(t *testing.T) {
	t.Parallel()
	x, _ := startWorld(t)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	x.buy("13800138001", "BOOK G123 5/12 2 card")
	x.text("13800138002", "AGENT")
	c := consoleOf(t, x.w)
	words, page := c.see("/en/")
	for _, want := range []string{"Texts in 4", "Texts out 4", "Taken CNY 1106", "Returned 0", "asks for a person 1380*****02 asked nobody has taken it 1 09:00", "issued 1", "bound local"} {
		require.Contains(t, words, want)
	}
	words, page2 := c.see("/en/customers?class=all")
	require.Contains(t, words, "1380*****01 Z**** W** new · 60+ years · women · Beijing")
	id := regexp.MustCompile(`(/en/customers/[A-Za-z0-9_-]{32})">1380\*+01`).FindStringSubmatch(page2)
	require.NotNil(t, id, page2)
	require.NoError(t, x.w.crash(x.ctx))
	words, page3 := c.see(id[1])
	for _, want := range []string{"REG Z**** W** 1101**********002X", "REG = command", "= document", "BOOK G123 5/12 2 card", "G123 = service",
		"5/12 = 5 Dec because 12 May is outside the sale period", "2 = tickets", "PAID CNY1106. G123 5Dec", "issued G123 5 Dec 11:05 Beijing South–Shanghai Hongqiao", "Reply Y ******"} {
		require.Contains(t, words, want)
	}
	for _, p := range []string{page, page2, page3} {
		require.NotRegexp(t, `1380013800|11010519491231|Zhang Wei`, p)
	}
}

// The console counts orders as `shortfare stats` does, whatever by, and knows what is
// left of a service.
func TestConsoleCounts(t *testing.T) {
	t.Parallel()
	x, conf := startWorld(t)
	x.text("13800138001", "REG Zhang Wei 11010519491231002X")
	x.buy("13800138001", "BOOK G123 5/12 2 card")
	x.text("13800138001", "BOOK CA1501 6/12 1")
	x.text("13800138002", "注册 李娜 440524188001010014")
	x.text("13800138002", "订 G123 5/12 3张")
	x.text("13800138002", "N")
	c := consoleOf(t, x.w)
	for _, d := range stats.Dimensions() {
		code, out, errs := runStats(t, "--config", conf, "--state", "all", "--by", string(d), "--format", "csv")
		require.Zero(t, code, errs)
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		require.NoError(t, err)
		require.Greater(t, len(rows), 1)
		words, _ := c.see("/en/orders?from=2030-12-01&to=2030-12-31&by=" + string(d))
		counted, _, _ := strings.Cut(words, " Orders Order ")
		var want []string
		for _, r := range rows[1:] { // label, orders, seats, amount
			want = append(want, fmt.Sprintf("%s %s CNY %s", r[2], r[1], r[3]))
		}
		for _, w := range want {
			require.Contains(t, counted, w, "%s: %s", d, counted)
		}
		require.Equal(t, len(want)+1, strings.Count(counted, "CNY"), "%s: %s", d, counted)
	}
	words, _ := c.see("/en/services?day=2030-12-05&service=G123")
	require.Regexp(t, `G123 11:05–16:42 Beijing South–Shanghai Hongqiao 2nd 798 .* 2 – –`, words)
}

// certificate makes a certificate of this machine and returns its files.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	return cert, key
}

// `serve` serves the console where it is told to, over TLS, and gives all up when it
// is told to end: nothing but the database is left.
func TestServeConsole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := certificate(t, dir)
	line, err := web.OperatorLine("li", "a long password", bcrypt.MinCost)
	require.NoError(t, err)
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	var o, e output
	p := program{out: &o, err: &e}
	vaultKey := filepath.Join(dir, "vault.key")
	require.Zero(t, p.run(t.Context(), []string{"key", vaultKey}))
	conf := file("c.yaml", fmt.Sprintf("short_code: \"12345\"\nstore: {url: %q}\nvault: {key_file: %q}\nhttp: {listen: \"127.0.0.1:0\"}\n"+
		"smpp: {links: [{name: a, addr: \"127.0.0.1:1\", system_id: x}]}\nticketing: {terminals: [{name: local}]}\n"+
		"console: {listen: \"127.0.0.1:0\", operators_file: %q, cert_file: %q, key_file: %q}\n",
		"sqlite:"+filepath.Join(dir, "s.db"), vaultKey, file("operators", line), cert, key))
	require.Zero(t, p.run(t.Context(), []string{"check", "--config", conf}), e.String())

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan int, 1)
	go func() { ended <- p.run(ctx, []string{"serve", "--config", conf}) }()
	at := regexp.MustCompile(`"console":"(127\.0\.0\.1:\d+)","tls":true`)
	require.Eventually(t, func() bool { return at.MatchString(e.String()) }, 30*time.Second, 10*time.Millisecond, e.String())
	c := newClerk(t, "https://"+at.FindStringSubmatch(e.String())[1])
	c.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // made above
	c.login("li", "a long password")
	words, _ := c.see("/zh/")
	require.Contains(t, words, "未连接 a")
	stop()
	require.Zero(t, <-ended, e.String())
	require.NoFileExists(t, filepath.Join(dir, "s.db-wal"), "the reader was gone before the writer ended")
	require.NotContains(t, e.String(), "a long password")
}

func TestPassword(t *testing.T) {
	t.Parallel()
	var o, e output
	p := program{in: typed(t, "a long password"), out: &o, err: &e}
	require.Zero(t, p.run(t.Context(), []string{"password", "li"}), e.String())
	require.Regexp(t, `^li:\$2a\$12\$.{53}\n$`, o.String())
	_, err := web.ParseOperators([]byte(o.String()))
	require.NoError(t, err)
	for _, c := range []struct {
		args  []string
		typed string
		want  string
	}{{nil, "", "takes the NAME"}, {[]string{"li"}, "short", "12 to 72 bytes"}, {[]string{"L I"}, "a long password", "no name"}} {
		var e output
		p := program{in: typed(t, c.typed), out: io.Discard, err: &e}
		require.Equal(t, exitUsage, p.run(t.Context(), append([]string{"password"}, c.args...)))
		require.Contains(t, e.String(), c.want)
	}
}

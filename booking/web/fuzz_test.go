package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzAddress: whatever stands in an address, a page is made or refused, no store is
// asked for another customer, and nothing of the address gets into a tag.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"", "by=service&and=day", "from=2030-12-01&to=2030-12-31", "class=region:11&after=x", "after=20301205-11", "service=%00&code=K7M2P", "skip=9999999999", "day=9999-12-31", "before=9223372036854775807", "%zz=;"} {
		for page := range byte(5) {
			f.Add(page, s)
		}
	}
	b := start(f, sample(), func(o *Options) { o.Log = nil })
	f.Fuzz(func(t *testing.T, page byte, query string) {
		b.t = t
		w := b.browser()
		w.cookies[sessionCookie] = b.sessions.begin("li", func(string) string { return strings.Repeat("x", 43) }, b.wall)
		path := []string{"/en/orders", "/zh/customers", "/en/services", "/en/", "/en/customers/" + b.customerID(phone)}[page%5]
		u := url.URL{Path: path, RawQuery: query}
		if _, err := url.ParseRequestURI(u.String()); err != nil || strings.ContainsAny(u.String(), " \r\n") {
			return // no server lets that through
		}
		rec := w.get(u.String())
		switch rec.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestURITooLong:
		default:
			t.Fatalf("%s: %d", u.String(), rec.Code)
		}
		if strings.Contains(strings.ToLower(rec.Body.String()), "<script") {
			t.Fatalf("%s: %s", u.String(), rec.Body)
		}
	})
}

// FuzzCustomerID: no id but those that were given out means a customer.
func FuzzCustomerID(f *testing.F) {
	c := &Console{o: Options{IDs: keyed{}}}
	f.Add(c.customerID(phone))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, id string) {
		if m, ok := c.customerOf(id); ok && c.customerID(m) != id {
			t.Fatalf("%q means %d too", id, m)
		}
	})
}

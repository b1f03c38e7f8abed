package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/booking/catalogue"
	"shortfare/parser"
)

const phone booking.MSISDN = 8613800138001

func cny(yuan int64) booking.Money { return booking.Money{Minor: 100 * yuan, Currency: "CNY"} }

func trip(number string, dep time.Time, class string, price int64) booking.Trip {
	return booking.Trip{TripKey: booking.TripKey{Terminal: "local", Service: number, Date: booking.DateOf(dep), To: 1}, Number: number, Dep: dep, Arr: dep.Add(5 * time.Hour),
		FromStop: booking.Stop{En: "Beijing South", Zh: "北京南"}, ToStop: booking.Stop{En: "Shanghai Hongqiao", Zh: "上海虹桥"}, Fares: []booking.Fare{{Class: class, Price: cny(price)}}}
}

// sample is a store with something of everything.
func sample() *memory {
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	tomorrow := at(23 * time.Hour)
	m := &memory{
		customers: []*booking.Customer{
			{MSISDN: phone, Since: at(-400 * time.Hour), Name: "Zhang Wei", Lang: "en", LastAt: at(-time.Hour),
				Document: &booking.Document{Kind: "resident", Masked: "1101**********002X", Birth: "1949-12-31", Gender: "F", Region: "11"}, Occupation: booking.Occupation{Key: "retired"},
				Accounts:   []booking.Account{{Alias: "C1", Kind: booking.CardAccount, Last4: "7890", Brand: "UnionPay"}},
				Passengers: []booking.Passenger{{Name: "Li Na", Alias: "LI", Document: booking.Document{Masked: "4405**********0014"}}},
				History:    booking.History{Paid: 4, Seats: 5, Spent: cny(2212), First: at(-300 * time.Hour), Last: at(-time.Hour)},
				Orders:     []booking.OrderRef{{ID: 11, Code: "K7M2P", Live: true}, {ID: 12, Code: "F6WYV", Live: true}}},
			{MSISDN: phone + 1, Since: at(-time.Hour), LastAt: at(-20 * time.Minute)},
		},
		orders: []*booking.Order{
			{ID: 11, Code: "K7M2P", Customer: phone, State: booking.Issued, Created: at(-2 * time.Hour), Since: at(-time.Hour), Trip: trip("G123", tomorrow, "2nd", 553), Seats: 2,
				Price: cny(1106), Places: []string{"car4 1A", "car4 1B"}, Passengers: []booking.Passenger{{Name: "Zhang Wei"}, {Name: "Li Na"}}, Account: booking.Account{Kind: booking.CardAccount, Last4: "7890"}},
			{ID: 12, Code: "F6WYV", Customer: phone, State: booking.Review, Created: at(-20 * time.Hour), Since: at(-3 * time.Hour), Trip: trip("CA1501", tomorrow, "economy", 1000), Seats: 1, Price: cny(1000)},
			{ID: 13, Code: "W4FWR", Customer: phone + 1, State: booking.Closed, Reason: booking.ClosedExpired, Created: at(-time.Hour), Since: at(-30 * time.Minute), Trip: trip("G123", tomorrow, "2nd", 553), Seats: 1, Price: cny(553)},
		},
		texts: []booking.MO{
			{ID: 100, MSISDN: phone, Text: "HELP", At: at(-30 * time.Hour)},
			{ID: 110, MSISDN: phone, Text: "BOOK G123 5/12 2 card", At: at(-2 * time.Hour)},
			{ID: 120, MSISDN: phone, Text: "Y 730214", At: at(-time.Hour)},
			{ID: 130, MSISDN: phone + 1, Text: "人工", At: at(-20 * time.Minute)},
		},
		answers: []booking.Answer{
			{MT: booking.MT{ID: 101, MSISDN: phone, Text: "Q from to", Cause: 100, At: at(-30 * time.Hour)}, State: booking.MTSent, Over: "a"},
			{MT: booking.MT{ID: 111, MSISDN: phone, Text: "G123 5Dec 1105 x2 CNY1106. Reply Y 730214 to pay, N to drop. Order K7M2P", Cause: 110, At: at(-2 * time.Hour)}, State: booking.MTDelivered, Over: "a"},
			{MT: booking.MT{ID: 121, MSISDN: phone, Text: "PAID CNY1106. G123 5Dec. Order K7M2P.", Cause: 120, Receipt: true, At: at(-time.Hour)}, State: booking.MTUndeliverable, Over: "a"},
		},
		entries: []booking.Entry{
			{ID: 1, At: at(-30 * time.Hour), Event: "posting", Debit: booking.LedgerBank, Credit: booking.LedgerCustomer, Amount: cny(7)},
			{ID: 2, At: at(-time.Hour), Event: "posting", Debit: booking.LedgerBank, Credit: booking.LedgerCustomer, Amount: cny(1106)},
			{ID: 3, At: at(-time.Hour), Event: "posting", Debit: booking.LedgerCustomer, Credit: booking.LedgerTerminal, Amount: cny(1106)},
			{ID: 4, At: at(-time.Hour), Event: "posting", Debit: booking.LedgerCustomer, Credit: booking.LedgerBank, Amount: cny(50)},
			{ID: 5, At: at(-20 * time.Minute), MSISDN: phone + 1, Event: agentAsked},
		},
	}
	return m
}

// The first page says what happened today, what needs a person and how the carriers are.
func TestOverview(t *testing.T) {
	b := start(t, sample(), func(o *Options) {
		o.Matters = nil
	})
	w := b.login()
	said := words(w.page("/en/"))
	for _, want := range []string{"Texts in 3", "Texts out 2", "Taken CNY 1106", "Returned CNY 50", "asks for a person 8613*******02 11:40",
		"order in review 8613*******01 F6WYV CA1501 CNY 1000 09:00", "ticket not delivered 8613*******01 a 11:00", "issued 1", "in review 1", "hold expired 1",
		"bound a-1", "not bound a-2", "1 200 waiting, the oldest for 3 min", "Counted at 12:00:00"} {
		require.Contains(t, said, want)
	}
	require.Contains(t, words(w.page("/zh/")), "收到短信 3")
	require.Regexp(t, `请求人工.*订单待人工审核`, words(w.page("/zh/")))
}

// What others find that needs a person stands among the rest, the newest first; when
// it can't be read the page says so.
func TestOverviewMatters(t *testing.T) {
	var err error
	b := start(t, sample(), func(o *Options) {
		o.Matters = func(context.Context) ([]Matter, error) {
			return []Matter{{Kind: "callback", At: noon, Customer: phone, Says: []string{"callback.taken"}, Note: "about K7M2P"}}, err
		}
	})
	w := b.login()
	require.Regexp(t, `Needs a person callback 8613\*+01 somebody is calling about K7M2P 12:00 asks for a person`, words(w.page("/en/")))
	err = errors.New("locked")
	said := words(w.page("/en/"))
	require.Contains(t, said, "Not all of it could be read")
	require.Contains(t, said, "about K7M2P")
}

// A store that can't be read is said, and is no page without numbers.
func TestOverviewWithoutStore(t *testing.T) {
	s := sample()
	s.err = errors.New("disk gone")
	said := words(start(t, s, nil).login().page("/en/"))
	require.Contains(t, said, "The store could not be counted")
	require.NotContains(t, said, "disk gone")
	require.Contains(t, said, "Texts in …")
}

// While the first census is on its way the page says so, and comes again by itself.
func TestOverviewCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample()
		s.wait = make(chan struct{})
		b := start(t, s, nil)
		w := b.login() // waits for numbers in vain
		rec := w.get("/en/customers")
		require.Contains(t, words(rec.Body.String()), "Counting …")
		require.Equal(t, "2", rec.Header().Get("Refresh"))
		close(s.wait)
		synctest.Wait()
		rec = w.get("/en/customers")
		require.Contains(t, words(rec.Body.String()), "Registered 1")
		require.Empty(t, rec.Header().Get("Refresh"))
		s.customers = s.customers[:1]
		require.Contains(t, words(w.page("/en/customers")), "Customers 2", "what is fresh is not counted again")
		time.Sleep(time.Minute)
		require.Contains(t, words(w.page("/en/customers")), "Customers 1")
	})
}

// Both languages have the same words, and pages use no others.
func TestWords(t *testing.T) {
	all := map[string]texts{}
	for _, lang := range languages {
		text, err := files.ReadFile("texts/" + lang + ".txt")
		require.NoError(t, err)
		all[lang], err = readTexts(string(text))
		require.NoError(t, err)
	}
	names := regexp.MustCompile(`\{\w+\}`)
	for key, s := range all["en"] {
		require.Contains(t, all["zh"], key)
		require.ElementsMatch(t, names.FindAllString(s, -1), names.FindAllString(all["zh"][key], -1), key)
	}
	require.Len(t, all["zh"], len(all["en"]))
	require.NoError(t, fs.WalkDir(files, "pages", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\bt "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, all["en"], m[1], path)
		}
		return nil
	}))
	for _, text := range []string{"a = b\na = c", "a", "a =", "= b"} {
		_, err := readTexts(text)
		require.Error(t, err, text)
	}
	for _, s := range booking.States() {
		require.Contains(t, all["en"], "state."+s.String())
	}
	for _, w := range []booking.CallbackWhy{booking.CallbackAsked, booking.CallbackUnread, booking.CallbackDeparted} {
		require.Contains(t, all["en"], "callback."+string(w))
	}
	for _, s := range []booking.CallbackState{booking.CallbackOpen, booking.CallbackTaken} {
		require.Contains(t, all["en"], "callback."+s.String())
	}
}

// A browser gets its language, and the switch keeps the page and its filters.
func TestLanguages(t *testing.T) {
	w := start(t, sample(), nil).login()
	for accept, want := range map[string]string{"": "/en/", "zh-CN,zh;q=0.9": "/zh/", "fr, zh": "/zh/", "de": "/en/", "en-GB": "/en/"} {
		w.header.Set("Accept-Language", accept)
		require.Equal(t, want, w.get("/").Header().Get("Location"))
	}
	require.Contains(t, w.page("/en/?x=1&y=2"), `href="/zh/?x=1&amp;y=2" hreflang="zh"`)
	rec := w.get("/zh/nothing")
	require.Equal(t, http.StatusNotFound, rec.Code)
	require.Contains(t, rec.Body.String(), "没有这个页面")
	require.True(t, strings.HasPrefix(rec.Body.String(), "<!DOCTYPE html>\n<html lang=\"zh\">"))
}

// Every rule that reads what is texted in a conversation has words.
func TestRules(t *testing.T) {
	all, err := filepath.Glob("../../testdata/scenario/*.txt")
	require.NoError(t, err)
	require.Greater(t, len(all), 100)
	b := start(t, sample(), nil)
	ctx := parser.Context{Today: parser.FromTime(noon), SaleDays: 15, Places: catalogue.Demo(noon.Location())}
	seen := map[string]bool{}
	for _, file := range all {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			_, said, found := strings.Cut(line, "> ")
			if !found {
				continue
			}
			for _, w := range parser.Parse(strings.TrimSpace(said), ctx).Why {
				if w.Rule != "date" {
					seen[w.Rule] = true
				}
			}
		}
	}
	require.Greater(t, len(seen), 20)
	for rule := range seen {
		for _, lang := range languages {
			require.Contains(t, b.pages[lang].texts, "rule."+rule)
		}
	}
}

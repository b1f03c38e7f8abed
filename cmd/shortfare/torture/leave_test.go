package torture

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// owner is what a customer's rows in the store were sealed with before he had
// everything deleted.
type owner struct {
	id     int64
	secret []byte
}

// shy tells whether the customer buys little, gives it back, and then has all
// that is known of him deleted.
func (c *customer) shy() bool { return c.n%8 == 3 && !c.gone }

// retreat is a text of a shy customer.
func (c *customer) retreat(ctx context.Context) error {
	c.wish = ""
	if len(c.opens) > 0 {
		if done, err := c.answer(ctx); done {
			return err
		}
	}
	switch {
	case len(c.tickets) > 0:
		order := slices.Sorted(maps.Keys(c.tickets))[0]
		if _, asked := c.opens[order]; asked || c.spare <= 0 {
			return c.say(ctx, c.lang.query+" "+c.service()+" "+c.day(13), false)
		}
		return c.say(ctx, c.lang.cancel+" "+order, false)
	case c.spare < cancelsADay-1 && len(c.opens) == 0:
		return c.leave(ctx)
	}
	return c.bookSomething(ctx)
}

// leave has everything deleted, and is somebody else afterwards.
func (c *customer) leave(ctx context.Context) error {
	if err := c.say(ctx, c.lang.forget, false); err != nil {
		return err
	}
	q := c.words.read(c.log[len(c.log)-1].said)
	if q.kind != forgetQuote || c.log[len(c.log)-1].text != c.lang.forget {
		return c.say(ctx, c.lang.query+" "+c.service()+" "+c.day(13), false)
	}
	o, err := ownerOf(c.load.store, c.msisdn)
	if err != nil {
		return err
	}
	text := c.lang.yes + " " + q.code
	if err := c.say(ctx, text, false); err != nil {
		return err
	}
	if last := c.log[len(c.log)-1]; last.text != text || c.words.read(last.said).kind != forgotten {
		return nil
	}
	if c.r.IntN(2) == 0 {
		if err := c.say(ctx, text, true); err != nil {
			return err
		}
	}
	c.left, c.gone = append(c.left, o), true
	c.id, c.friend = resident(c.r, 320106, c.n), ""
	return c.introduce(ctx)
}

// ownerOf finds what a phone's rows are sealed with now.
func ownerOf(store, msisdn string) (o owner, err error) {
	err = rows(store, `SELECT w.id, w.secret FROM customers c JOIN owners w ON w.id = c.owner WHERE c.msisdn = `+msisdn,
		func(scan func(...any) error) error { return scan(&o.id, &o.secret) })
	if err == nil && o.id == 0 {
		err = fmt.Errorf("customer %s has no owner in the store", msisdn)
	}
	return o, err
}

// erased checks that what somebody had deleted cannot be read any more: the rows
// are there, and what they were sealed with is nowhere. It returns how many had.
func (w *torment) erased() int {
	old, now := newFinder(), newFinder()
	var people []string
	for _, c := range w.customers {
		for _, o := range c.left {
			people = append(people, c.msisdn)
			w.sealed(c, o)
			present, err := ownerOf(w.gateway.store(), c.msisdn)
			require.NoError(w.t, err)
			require.NotEqual(w.t, o.id, present.id, c.msisdn)
			for form, word := range octets(o.secret) {
				require.NoError(w.t, old.add(word, "secret of "+c.msisdn+" in "+form))
			}
			require.NoError(w.t, now.add(present.secret, c.msisdn))
		}
	}
	found := map[string]bool{}
	list, err := os.ReadDir(w.gateway.dir)
	require.NoError(w.t, err)
	for _, f := range list {
		data, err := os.ReadFile(filepath.Join(w.gateway.dir, f.Name()))
		require.NoError(w.t, err)
		require.Empty(w.t, old.find(data), f.Name())
		maps.Copy(found, now.find(data))
	}
	require.Len(w.t, found, len(people), "the secrets that are in use must be found, or the search finds nothing")
	return len(people)
}

// sealed checks that a customer's rows from before are there, and their secret is not.
func (w *torment) sealed(c *customer, o owner) {
	var secret []byte
	kept := 0
	require.NoError(w.t, rows(w.gateway.store(), fmt.Sprintf(`SELECT secret, (SELECT count(*) FROM inbox WHERE msisdn = %[2]s AND owner = %[1]d)
		+ (SELECT count(*) FROM orders WHERE msisdn = %[2]s AND owner = %[1]d) FROM owners WHERE id = %[1]d`, o.id, c.msisdn),
		func(scan func(...any) error) error { return scan(&secret, &kept) }))
	require.Equal(w.t, make([]byte, len(o.secret)), secret, "secret of %s", c.msisdn)
	require.Positive(w.t, kept, "rows of %s", c.msisdn)
}

// octets are the ways in which a secret could stand in a file.
func octets(secret []byte) map[string][]byte {
	text := hex.EncodeToString(secret)
	return map[string][]byte{"octets": secret, "hexadecimal": []byte(text), "capital hexadecimal": []byte(strings.ToUpper(text))}
}

// Names are of one person each, or finding one would prove little.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for n := range 5000 {
		for _, l := range []*language{english(), chinese()} {
			require.False(t, seen[l.name(n)], l.name(n))
			seen[l.name(n)] = true
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	require.NotEqual(t, resident(r, 110105, 7)[:6], resident(r, 320106, 7)[:6])
}

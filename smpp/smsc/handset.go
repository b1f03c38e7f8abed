package smsc

import (
	"context"
	"slices"
	"sort"

	"shortfare/smpp/coding"
)

// maxOpen bounds the texts of one handset that miss parts; the oldest goes first.
const maxOpen = 16

// handset is one phone: what it shows, and the parts of what it cannot show yet.
type handset struct {
	texts []int64 // Text.ID, growing
	open  []*assembly
}

// assembly is a text that misses parts.
type assembly struct {
	key   coding.Key
	parts []coding.Fragment
	mts   []*MT
}

func (s *SMSC) handset(msisdn string) *handset {
	key := number(msisdn)
	h := s.inbox[key]
	if h == nil {
		h = &handset{}
		s.inbox[key] = h
	}
	return h
}

// show gives a text or a part of one to the handset. mu is held.
func (s *SMSC) show(f coding.Fragment, single bool, m *MT) {
	h := s.handset(m.To)
	if single {
		s.display(h, m.Text, []*MT{m})
		return
	}
	i := slices.IndexFunc(h.open, func(a *assembly) bool { return a.key == f.Key })
	if i < 0 {
		if len(h.open) == maxOpen {
			h.open = slices.Delete(h.open, 0, 1)
		}
		h.open = append(h.open, &assembly{key: f.Key})
		i = len(h.open) - 1
	}
	a := h.open[i]
	f.Octets = slices.Clone(f.Octets)
	a.parts = append(a.parts, f)
	a.mts = append(a.mts, m)
	text, complete, _, _ := coding.Join(s.cfg.Default, a.parts) // a handset shows what it can
	if !complete {
		return
	}
	h.open = slices.Delete(h.open, i, i+1)
	s.display(h, text, a.mts)
}

// display puts a whole text into the inbox. mu is held.
func (s *SMSC) display(h *handset, text string, parts []*MT) {
	s.lastText++
	t := Text{ID: s.lastText, To: parts[0].To, From: parts[0].From, Text: text, At: s.cfg.Clock()}
	for _, m := range parts {
		m.Shown = t.ID
		t.MTs = append(t.MTs, m.ID)
	}
	h.texts = append(h.texts, t.ID)
	s.texts.add(t, s.cfg.Keep, func(Text) bool { return true }, s.forgetText)
	s.stream.row(textRow{"text", &t})
	for _, f := range s.onText {
		s.later(func() { f(t) })
	}
	s.touch()
}

// forgetText takes the oldest text out of its handset. mu is held.
func (s *SMSC) forgetText(t Text) {
	key := number(t.To)
	h := s.inbox[key]
	if h == nil || len(h.texts) == 0 || h.texts[0] != t.ID {
		return // impossible: both forget in order
	}
	if h.texts = h.texts[1:]; len(h.texts) == 0 && len(h.open) == 0 {
		delete(s.inbox, key)
	}
}

// OnMO calls f for every text from a handset that was acknowledged or rejected
// from now on, in order, one at a time. f may use the SMSC.
func (s *SMSC) OnMO(f func(MO)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onMO = append(s.onMO, f)
}

// OnText calls f for every text that a handset shows from now on, in order, one
// at a time. f may use the SMSC; what it takes delays other callbacks only.
func (s *SMSC) OnText(f func(Text)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onText = append(s.onText, f)
}

// Inbox returns what the handset shows, oldest first.
func (s *SMSC) Inbox(msisdn string) []Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown(msisdn)
}

// shown is Inbox with mu held.
func (s *SMSC) shown(msisdn string) []Text {
	h := s.inbox[number(msisdn)]
	if h == nil {
		return nil
	}
	all := make([]Text, 0, len(h.texts))
	for _, id := range h.texts {
		if t, ok := s.texts.at(id); ok {
			all = append(all, t)
		}
	}
	return all
}

// Wait waits until the handset shows at least n texts and returns all it shows.
// When ctx ends it returns what is there and the error of ctx.
func (s *SMSC) Wait(ctx context.Context, msisdn string, n int) ([]Text, error) {
	var all []Text
	err := s.until(ctx, func() bool {
		h := s.inbox[number(msisdn)]
		return n <= 0 || h != nil && len(h.texts) >= n
	})
	all = s.Inbox(msisdn)
	return all, err
}

// LastText returns the id of the newest text on any handset, 0 if there is none.
func (s *SMSC) LastText() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastText
}

// NextText waits for the first text on the handset with an id above after.
func (s *SMSC) NextText(ctx context.Context, msisdn string, after int64) (Text, error) {
	var t Text
	err := s.until(ctx, func() bool {
		h := s.inbox[number(msisdn)]
		if h == nil {
			return false
		}
		i := sort.Search(len(h.texts), func(i int) bool { return h.texts[i] > after })
		if i < len(h.texts) {
			t, _ = s.texts.at(h.texts[i]) // handsets hold only what is there
		}
		return i < len(h.texts)
	})
	return t, err
}

// TextsAfter waits until a handset shows a text with an id above after and
// returns up to limit of them, oldest first. An empty msisdn is every handset.
// When ctx ends it returns none and the error of ctx.
func (s *SMSC) TextsAfter(ctx context.Context, msisdn string, after int64, limit int) ([]Text, error) {
	var all []Text
	err := s.until(ctx, func() bool {
		for id := max(after, s.texts.gone) + 1; id <= s.lastText && len(all) < limit; id++ {
			if t, ok := s.texts.at(id); ok && (msisdn == "" || number(t.To) == number(msisdn)) {
				all = append(all, t)
			}
			after = id // what was looked at need not be looked at again
		}
		return len(all) > 0
	})
	return all, err
}

// WaitMO waits until an injected text is acknowledged or rejected.
func (s *SMSC) WaitMO(ctx context.Context, id int64) (MO, error) {
	var m MO
	err := s.until(ctx, func() bool {
		x, ok := s.moByID[id]
		if ok {
			m = x.copy()
		}
		return ok && x.State != Queued
	})
	return m, err
}

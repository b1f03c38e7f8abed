package phone

import (
	"context"
	"sync"

	"shortfare/smpp/smsc"
)

// Attach makes p a handset of s: it sends and waits there, shows what arrives
// and gets the carrier's faults as commands. Commands that p has already stay.
func (p *Prompt) Attach(s *smsc.SMSC) {
	var mu sync.Mutex
	seen := map[string]int64{}
	start := s.LastText()
	p.Send = func(from, text string) error {
		_, err := s.Inject(from, p.ShortCode, text, smsc.MOOptions{})
		return err
	}
	p.Wait = func(ctx context.Context, phone string) (string, bool) {
		mu.Lock()
		after := max(seen[phone], start)
		mu.Unlock()
		t, err := s.NextText(ctx, phone, after)
		if err != nil {
			return "", false
		}
		mu.Lock()
		seen[phone] = t.ID
		mu.Unlock()
		return t.Text, true
	}
	s.OnText(func(t smsc.Text) { p.Show(t.To, t.From, t.Text) })
	if p.Commands == nil {
		p.Commands = map[string]Command{}
	}
	for _, c := range smsc.Controls() {
		if _, own := p.Commands[c.Verb]; own {
			continue
		}
		p.Commands[c.Verb] = Command{Args: c.Args, Help: c.Help, Run: func(_ context.Context, args []string) (string, error) {
			return s.Control(append([]string{c.Verb}, args...))
		}}
	}
}

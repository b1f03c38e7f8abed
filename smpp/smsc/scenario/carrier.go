package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shortfare/smpp/smsc"
)

// Carrier is a World of handsets at a smsc.SMSC. It has the controls "carrier
// ..." (see smsc.Controls) and "wait 6s", and whatever More adds. It is for one
// conversation: make a new one for the next, so that texts of the last one are
// not taken for answers.
type Carrier struct {
	SMSC      *smsc.SMSC
	ShortCode string // what handsets text to
	Options   smsc.MOOptions

	// More does other controls, such as "bank silent"; it is asked first and wraps ErrUnsupported for those it does not have.
	More func(ctx context.Context, args []string) error
	// Has tells beforehand which first words of a control More has. Nil: none can be told, and unknown controls are found while playing.
	Has func(verb string) bool

	seen map[string]int64 // last text given, per phone
	from int64            // texts up to here are from before
}

// NewCarrier returns a world that begins now: texts that handsets show already are not part of it.
func NewCarrier(s *smsc.SMSC, shortCode string) *Carrier {
	return &Carrier{SMSC: s, ShortCode: shortCode, seen: map[string]int64{}, from: s.LastText()}
}

// Text injects the text.
func (c *Carrier) Text(from, text string) error {
	_, err := c.SMSC.Inject(from, c.ShortCode, text, c.Options)
	return err
}

// Next waits for the next text on the handset.
func (c *Carrier) Next(ctx context.Context, phone string) (string, error) {
	t, err := c.SMSC.NextText(ctx, phone, c.after(phone))
	if err != nil {
		return "", err
	}
	c.seen[phone] = t.ID
	return t.Text, nil
}

// Quiet waits for a text that should not come.
func (c *Carrier) Quiet(ctx context.Context, phone string, d time.Duration) (string, bool) {
	wait, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	t, err := c.SMSC.NextText(wait, phone, c.after(phone))
	return t.Text, err != nil
}

func (c *Carrier) after(phone string) int64 { return max(c.seen[phone], c.from) }

// Supports tells whether the control is known; see Supporter.
func (c *Carrier) Supports(args []string) error {
	switch {
	case args[0] == "carrier", args[0] == "wait", c.More != nil && (c.Has == nil || c.Has(args[0])):
		return nil
	}
	return fmt.Errorf("! %s: %w", args[0], ErrUnsupported)
}

// Control does the control.
func (c *Carrier) Control(ctx context.Context, args []string) error {
	if c.More != nil {
		if err := c.More(ctx, args); !errors.Is(err, ErrUnsupported) {
			return err
		}
	}
	switch args[0] {
	case "carrier":
		_, err := c.SMSC.Control(args[1:])
		return err
	case "wait":
		if len(args) != 2 {
			return errors.New("wait takes a time, such as 6s")
		}
		d, err := time.ParseDuration(args[1])
		if err != nil || d < 0 {
			return fmt.Errorf("wait takes a time such as 6s, not %q", args[1])
		}
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ErrUnsupported
}

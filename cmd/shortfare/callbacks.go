package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/vault"
	"shortfare/cmd/shortfare/config"
	"shortfare/store"
)

// reading are the flags of commands that read the store beside the running service.
type reading struct {
	config string
	format string
	words  []string // what is no flag
}

// parseReading reads the flags of a command, which may stand behind its words.
func (p program) parseReading(fs *flag.FlagSet, args []string, formats ...string) (r reading, err error) {
	fs.SetOutput(p.err)
	fs.StringVar(&r.config, "config", "", "configuration `FILE`")
	fs.StringVar(&r.format, "format", "text", strings.Join(formats, ", "))
	short := map[string]*bool{}
	for _, f := range formats[1:] {
		short[f] = fs.Bool(f, false, "the same as --format "+f)
	}
	for {
		if err := fs.Parse(args); err != nil {
			return r, flag.ErrHelp
		}
		if fs.NArg() == 0 {
			break
		}
		r.words, args = append(r.words, fs.Arg(0)), fs.Args()[1:]
	}
	for f, chosen := range short {
		if *chosen {
			r.format = f
		}
	}
	if r.config == "" {
		return r, usageError(strings.TrimPrefix(fs.Name(), "shortfare ") + " needs --config FILE; --help lists the flags")
	}
	if !slices.Contains(formats, r.format) {
		return r, usageError(fmt.Sprintf("--format: %.20q is not known; write %s", r.format, strings.Join(formats, " or ")))
	}
	return r, nil
}

// openStore opens the store of a configuration for reading.
func openStore(cfg *config.Config) (store.Reader, error) {
	v, err := vault.Open(cfg.Vault.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	r, err := store.OpenRead(cfg.Store.URL, store.Options{Vault: v})
	if err != nil {
		return nil, fmt.Errorf("read store: %w", err)
	}
	return r, nil
}

// callbacks lists the customers whom a person is to call, or shows one of them.
func (p program) callbacks(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare callbacks", flag.ContinueOnError)
	texts := fs.Int("texts", 20, "show: how many of the customer's last texts, and of the answers")
	r, err := p.parseReading(fs, args, "text", "csv", "json")
	if err != nil {
		return err
	}
	cfg, err := config.Load(r.config, p.environ)
	if err != nil {
		return err
	}
	word := ""
	if len(r.words) > 0 {
		word = r.words[0]
	}
	var id int64
	switch {
	case len(r.words) == 0:
	case word == "take" || word == "close":
		return usageError(fmt.Sprintf("callbacks are taken and closed from an operator's phone, also while this machine can't be reached: text DESK TAKE 7, or DESK DONE 7 and a note, to %s", cfg.ShortCode))
	case word != "show" || len(r.words) != 2:
		return usageError("write callbacks --config FILE, or callbacks show NUMBER --config FILE")
	default:
		if id, err = strconv.ParseInt(r.words[1], 10, 64); err != nil || id < 1 {
			return usageError(fmt.Sprintf("%.20q is no number of a callback; `shortfare callbacks` lists them", r.words[1]))
		}
		if r.format == "csv" || *texts < 1 || *texts > 1000 {
			return usageError("show knows --format text or json, and --texts from 1 to 1000")
		}
	}
	s, err := openStore(cfg)
	if err != nil {
		return err
	}
	if id == 0 {
		return errors.Join(p.listCallbacks(ctx, s, cfg, r.format), s.Close())
	}
	return errors.Join(p.showCallback(ctx, s, cfg, id, *texts, r.format), s.Close())
}

// instantText is a time as operators read it, in the zone of the service.
func instantText(t time.Time, cfg *config.Config) string {
	if t.IsZero() {
		return ""
	}
	return t.In(cfg.Loc).Format("2006-01-02 15:04")
}

func (p program) listCallbacks(ctx context.Context, s store.Reader, cfg *config.Config, format string) error {
	l := listing{heads: []string{"callback", "phone", "opened", "why", "order", "state", "by"}}
	const page = 500
	for after := int64(0); ; {
		list, err := s.Callbacks(ctx, after, page)
		if err != nil {
			return err
		}
		for i := range list {
			b := &list[i]
			by := ""
			if b.By != 0 {
				by = b.By.Masked()
			}
			l.add(b.ID, b.Customer.Masked(), instantText(b.At, cfg), string(b.Why), b.Code, b.State.String(), by)
			after = b.ID
		}
		if len(list) < page {
			return l.write(p.out, format)
		}
	}
}

// spoken is one text of a transcript.
type spoken struct {
	At   string `json:"at"`
	From string `json:"from"` // customer or service
	Text string `json:"text"`
	// State is what became of a text that was not simply answered.
	State string `json:"state,omitempty"`
	id    int64
}

// transcript is a callback with what was said.
type transcript struct {
	Callback int64    `json:"callback"`
	Phone    string   `json:"phone"` // whole: whoever reads this is to call it
	Opened   string   `json:"opened"`
	Why      string   `json:"why"`
	Order    string   `json:"order,omitempty"`
	State    string   `json:"state"`
	By       string   `json:"by,omitempty"`
	Changed  string   `json:"changed,omitempty"`
	Note     string   `json:"note,omitempty"`
	Texts    []spoken `json:"texts"`
}

func (p program) showCallback(ctx context.Context, s store.Reader, cfg *config.Config, id int64, limit int, format string) error {
	b, err := s.Callback(ctx, id)
	if err != nil {
		return err
	}
	if b == nil {
		return fmt.Errorf("there is no callback %d; `shortfare callbacks` lists those that are open", id)
	}
	texts, replies, err := s.Transcript(ctx, b.Customer, limit)
	if err != nil {
		return err
	}
	out := transcript{Callback: b.ID, Phone: b.Customer.String(), Opened: instantText(b.At, cfg), Why: string(b.Why), Order: b.Code, State: b.State.String(),
		Note: b.Note, Texts: []spoken{}}
	if b.By != 0 {
		out.By, out.Changed = b.By.Masked(), instantText(b.Changed, cfg)
	}
	for i := range texts {
		m := &texts[i]
		state := ""
		switch m.State {
		case booking.MOFailed:
			state = "failed"
		case booking.MOIgnored:
			state = "not answered"
		}
		out.Texts = append(out.Texts, spoken{At: instantText(m.At, cfg), From: "customer", Text: hideCodes(m.Text), State: state, id: m.ID})
	}
	for i := range replies {
		m := &replies[i]
		out.Texts = append(out.Texts, spoken{At: instantText(m.At, cfg), From: "service", Text: hideCodes(m.Text), id: m.ID})
	}
	slices.SortStableFunc(out.Texts, func(a, b spoken) int { return cmp.Compare(a.id, b.id) })
	if format == "json" {
		e := json.NewEncoder(printable{p.out}) // in JSON its escapes mean the same
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(out)
	}
	return out.text(p.out)
}

// text writes the callback for a person: a line for each text, > the customer's.
func (s *transcript) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "callback %d  %s  %s  phone %s  opened %s", s.Callback, s.State, s.Why, s.Phone, s.Opened)
	if s.Order != "" {
		fmt.Fprintf(&b, "  order %s", s.Order)
	}
	if s.By != "" {
		fmt.Fprintf(&b, "  by %s at %s", s.By, s.Changed)
	}
	b.WriteString("\n")
	if s.Note != "" {
		fmt.Fprintf(&b, "note: %s\n", flat(s.Note))
	}
	for _, t := range s.Texts {
		mark, words := "<", flat(t.Text)
		if t.From == "customer" {
			mark = ">"
		}
		if t.State != "" {
			words += "  (" + t.State + ")"
		}
		fmt.Fprintf(&b, "%s %s %s\n", t.At, mark, words)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hideCodes takes confirmation codes out of a text: whoever reads a transcript must
// not be able to confirm in the customer's name. Six digits by themselves are a code.
func hideCodes(s string) string {
	const code = 6
	b := []byte(s)
	for i := 0; i < len(b); {
		j := i
		for j < len(b) && b[j] >= '0' && b[j] <= '9' {
			j++
		}
		if j-i == code {
			copy(b[i:j], "******")
		}
		i = max(j, i+1)
	}
	return string(b)
}

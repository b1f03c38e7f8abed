package load

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"shortfare/smpp/coding"
)

// Step is one text of a script.
type Step struct {
	Line     int
	Encoding coding.Encoding
	Replies  int            // how many are waited for; 0 with [noreply]
	Expect   *regexp.Regexp // what the last of them has to match, if any
	parts    []part
}

// part is literal text or a placeholder.
type part struct {
	literal string
	name    string // "" for literal text
	choices []string
	reply   *regexp.Regexp
}

// ParseScript reads one text a line, in the order in which each phone sends
// them. A line that begins with # is a comment. Before a text may stand
// [gsm7], [latin1], [ucs2], [noreply], [replies=N] and [expect=/re/]. The error names
// the line.
func ParseScript(name string, r io.Reader) ([]Step, error) {
	var all []Step
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		s, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		s.Line = n
		all = append(all, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: has no text", name)
	}
	return all, nil
}

func parseStep(line string) (Step, error) {
	s := Step{Replies: 1}
	for strings.HasPrefix(line, "[") {
		end := strings.Index(line, "]")
		if strings.HasPrefix(line, "[expect=/") {
			if at := strings.Index(line, "/]"); at >= 0 {
				end = at + 1
			}
		}
		if end < 0 {
			return s, fmt.Errorf("a [ without its ]")
		}
		if err := s.directive(line[1:end]); err != nil {
			return s, err
		}
		line = strings.TrimSpace(line[end+1:])
	}
	for line != "" {
		at := strings.IndexByte(line, '{')
		if at < 0 {
			s.parts = append(s.parts, part{literal: line})
			break
		}
		if at > 0 {
			s.parts = append(s.parts, part{literal: line[:at]})
		}
		p, rest, err := parsePlaceholder(line[at:])
		if err != nil {
			return s, err
		}
		s.parts, line = append(s.parts, p), rest
	}
	if len(s.parts) == 0 {
		return s, fmt.Errorf("an empty text")
	}
	return s, nil
}

func (s *Step) directive(word string) (err error) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "gsm7":
		s.Encoding = coding.GSM7
	case "latin1":
		s.Encoding = coding.Latin1
	case "ucs2":
		s.Encoding = coding.UCS2
	case "noreply":
		s.Replies = 0
	case "replies":
		if s.Replies, err = strconv.Atoi(value); err != nil || s.Replies < 0 {
			return fmt.Errorf("[replies=N] takes a number, not %q", value)
		}
	case "expect":
		if s.Expect, err = expression(value); err != nil {
			return err
		}
	default:
		return fmt.Errorf("there is no [%s]", word)
	}
	return nil
}

// expression reads /re/.
func expression(text string) (*regexp.Regexp, error) {
	if len(text) < 2 || text[0] != '/' || text[len(text)-1] != '/' {
		return nil, fmt.Errorf("an expression stands between slashes, not %q", text)
	}
	return regexp.Compile(text[1 : len(text)-1])
}

// parsePlaceholder reads {name} or {name:argument} at the start of text.
func parsePlaceholder(text string) (part, string, error) {
	end := strings.IndexByte(text, '}')
	if strings.HasPrefix(text, "{reply:/") {
		if at := strings.Index(text, "/}"); at >= 0 {
			end = at + 1 // the expression may have braces
		}
	}
	if end < 0 {
		return part{}, "", fmt.Errorf("a { without its }")
	}
	name, argument, _ := strings.Cut(text[1:end], ":")
	p := part{name: name}
	var err error
	switch name {
	case "msisdn", "n", "id", "card", "step", "round":
	case "pick":
		if p.choices = strings.Split(argument, "|"); argument == "" {
			err = fmt.Errorf("{pick:A|B} takes what to pick from")
		}
	case "reply":
		p.reply, err = expression(argument)
	default:
		err = fmt.Errorf("there is no {%s}; there are msisdn, n, id, card, step, round, pick:A|B and reply:/re/", name)
	}
	return p, text[end+1:], err
}

// values are what placeholders stand for.
type values struct {
	msisdn, id, card, reply string
	n                       int64
	step, round             int
}

// text fills in the placeholders; it fails when the last reply has no match.
func (s *Step) text(v values) (string, error) {
	var b strings.Builder
	for _, p := range s.parts {
		switch p.name {
		case "":
			b.WriteString(p.literal)
		case "msisdn":
			b.WriteString(v.msisdn)
		case "n":
			b.WriteString(strconv.FormatInt(v.n, 10))
		case "id":
			b.WriteString(v.id)
		case "card":
			b.WriteString(v.card)
		case "step":
			b.WriteString(strconv.Itoa(v.step))
		case "round":
			b.WriteString(strconv.Itoa(v.round))
		case "pick":
			b.WriteString(p.choices[int(v.n)%len(p.choices)])
		default:
			found := p.reply.FindStringSubmatch(v.reply)
			if found == nil {
				return "", fmt.Errorf("line %d: the last reply has no match for /%v/", s.Line, p.reply)
			}
			b.WriteString(found[len(found)-1])
		}
	}
	return b.String(), nil
}

// residentID gives the number of an identity card of phone i: 18 characters, the
// last the check character of GB 11643.
func residentID(i int) string {
	id := fmt.Sprintf("110105%04d%02d%02d%03d", 1950+i/336/999%56, 1+i/28%12, 1+i%28, 1+i/336%999)
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for at, w := range weights {
		sum += w * int(id[at]-'0')
	}
	return id + string("10X98765432"[sum%11])
}

// card gives the card number of phone i: 16 digits with the check digit of ISO/IEC 7812-1.
func card(i int) string {
	number := fmt.Sprintf("621700%09d", i)
	sum := 0
	for at := range number {
		d := int(number[at] - '0')
		if at%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return number + strconv.Itoa((10-sum%10)%10)
}

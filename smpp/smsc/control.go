package smsc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/pdu"
)

// ErrControl is wrapped by the error of a control that does not exist or has wrong arguments.
var ErrControl = errors.New("no such carrier control")

// ControlHelp describes one control.
type ControlHelp struct {
	Verb string `json:"verb"`
	Args string `json:"args"`
	Help string `json:"help"`
}

// control is one fault or order by words.
type control struct {
	ControlHelp
	run func(s *SMSC, args []string) (string, error)
}

// Controls lists what Control understands. DOSE is on, off, a number for the
// next so many, or a share such as 1%.
func Controls() []ControlHelp {
	var all []ControlHelp
	for _, c := range controls() {
		all = append(all, c.ControlHelp)
	}
	return all
}

// Control switches faults by words, as scenarios, the phone prompt and the HTTP
// API do. It returns what was done, for people. The error wraps ErrControl when
// the words are wrong.
func (s *SMSC) Control(args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("%w: empty", ErrControl)
	}
	var verbs []string
	for _, c := range controls() {
		if c.Verb == args[0] {
			return c.run(s, args[1:])
		}
		verbs = append(verbs, c.Verb)
	}
	return "", fmt.Errorf("%w: %q; there are %s", ErrControl, args[0], strings.Join(verbs, ", "))
}

func controls() []control {
	all := append(connectionControls(), deliveryControls()...)
	all = append(all, submitControls()...)
	return append(all,
		control{ControlHelp{"alert", "PHONE [available|denied|unavailable]", "tell the ESMEs with alert_notification that a phone can be reached"}, (*SMSC).controlAlert},
		control{ControlHelp{"outbind", "ADDRESS [PASSWORD]", "connect to an ESME and ask it to bind"}, (*SMSC).controlOutbind},
		control{ControlHelp{"heal", "", "switch all faults off"}, func(s *SMSC, _ []string) (string, error) {
			s.Heal()
			return "all faults off", nil
		}})
}

// one gives the first argument, "" if there is none.
func one(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// dosed is a control that takes a dose; without one it is that of the default.
func dosed(verb, help, otherwise string, set func(*SMSC, Dose), say string) control {
	args := "DOSE"
	if otherwise != "" {
		args = "[DOSE]"
	}
	return control{ControlHelp{verb, args, help}, func(s *SMSC, args []string) (string, error) {
		word := one(args)
		if word == "" {
			word = otherwise
		}
		d, err := ParseDose(word)
		if err != nil {
			return "", fmt.Errorf("%s: %w", verb, err)
		}
		set(s, d)
		return fmt.Sprintf(say, d), nil
	}}
}

// switched is a control that is on or off.
func switched(verb, help string, set func(*SMSC, bool)) control {
	return control{ControlHelp{verb, "on|off", help}, func(s *SMSC, args []string) (string, error) {
		word := one(args)
		if word != "on" && word != "off" {
			return "", fmt.Errorf("%w: %s takes on or off, not %q", ErrControl, verb, word)
		}
		set(s, word == "on")
		return verb + " " + word, nil
	}}
}

// named is a control with a kind and a dose.
func named(verb, help string, names []string, set func(*SMSC, int, Dose)) control {
	kinds := strings.Join(names, "|")
	return control{ControlHelp{verb, kinds + " [DOSE]", help}, func(s *SMSC, args []string) (string, error) {
		word := "on"
		if len(args) > 1 {
			word = args[1]
		}
		for i, name := range names {
			if name != one(args) {
				continue
			}
			d, err := ParseDose(word)
			if err != nil {
				return "", fmt.Errorf("%s: %w", verb, err)
			}
			set(s, i, d)
			return fmt.Sprintf("%s %s %v", verb, name, d), nil
		}
		return "", fmt.Errorf("%w: %s takes one of %s, not %q", ErrControl, verb, kinds, one(args))
	}}
}

// count reads a number; otherwise is what there is without one.
func count(verb string, args []string, otherwise int) (int, error) {
	if len(args) == 0 {
		return otherwise, nil
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%w: %s takes a number, not %q", ErrControl, verb, args[0])
	}
	return n, nil
}

func span(arg string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(arg))
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%w: a time is written as 500ms or 2s, not %q", ErrControl, arg)
	}
	return d, nil
}

// status reads a command_status by number or by its name.
func status(verb, arg string) (pdu.Status, error) {
	if n, err := strconv.ParseUint(arg, 0, 32); err == nil {
		return pdu.Status(n), nil
	}
	if st, ok := pdu.StatusByName(arg); ok {
		return st, nil
	}
	return 0, fmt.Errorf("%w: %s takes a status such as 0x0b or ESME_RINVDSTADR, not %q", ErrControl, verb, arg)
}

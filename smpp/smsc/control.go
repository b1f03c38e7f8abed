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
	Verb, Args, Help string
}

// Controls lists what Control understands.
func Controls() []ControlHelp {
	return []ControlHelp{
		{"drop", "", "cut all connections now"},
		{"drop-ack", "[N]", "lose the N-th answer of the ESME from now on and cut the connection"},
		{"drop-sent", "[N [T]]", "cut the connections the time T after the N-th text from now on went to the ESME"},
		{"refuse-binds", "on|off", "let nobody bind"},
		{"throttle", "SHARE", "refuse this share of the texts to phones for now, 0 to 1"},
		{"stall", "on|off", "let no octet pass"},
		{"withhold", "on|off", "do not answer the texts to phones"},
		{"late", "T", "answer the texts to phones that much later, 0s for at once"},
		{"duplicate", "[N]", "send the next N acknowledged texts twice"},
		{"refuse", "STATUS [N]", "refuse the next N texts to phones, all without N: refuse 0x0b 1"},
		{"heal", "", "switch all faults off"},
	}
}

// Control switches faults by words, as scenarios and the phone prompt do. It
// returns what was done, for people. The error wraps ErrControl.
func (s *SMSC) Control(args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("%w: empty", ErrControl)
	}
	verb, arg := args[0], args[1:]
	first := ""
	if len(arg) > 0 {
		first = arg[0]
	}
	switch verb {
	case "drop":
		return fmt.Sprintf("%d connections cut", s.Drop()), nil
	case "heal":
		s.Heal()
		return "all faults off", nil
	case "drop-ack", "duplicate", "drop-sent":
		return s.counted(verb, arg)
	case "refuse-binds", "stall", "withhold":
		return s.switched(verb, first)
	case "throttle":
		share, err := strconv.ParseFloat(first, 64)
		if err != nil || share < 0 || share > 1 {
			return "", fmt.Errorf("%w: throttle takes a share from 0 to 1, not %q", ErrControl, first)
		}
		s.Throttle(share)
		return fmt.Sprintf("%.0f%% of the texts to phones are refused for now", share*100), nil
	case "late":
		d, err := span(first)
		if err != nil {
			return "", err
		}
		s.DelayResp(d)
		return fmt.Sprintf("texts to phones are answered %v late", d), nil
	case "refuse":
		return s.refuse(arg)
	}
	var verbs []string
	for _, c := range Controls() {
		verbs = append(verbs, c.Verb)
	}
	return "", fmt.Errorf("%w: %q; there are %s", ErrControl, verb, strings.Join(verbs, ", "))
}

// counted runs the controls that take a number of texts.
func (s *SMSC) counted(verb string, arg []string) (string, error) {
	n := 1
	if len(arg) > 0 {
		var err error
		if n, err = strconv.Atoi(arg[0]); err != nil || n < 0 {
			return "", fmt.Errorf("%w: %s takes a number, not %q", ErrControl, verb, arg[0])
		}
	}
	switch verb {
	case "drop-ack":
		s.DropBeforeAck(n)
		return fmt.Sprintf("answer %d from now on will be forgotten and the connection cut", n), nil
	case "duplicate":
		s.Duplicate(n)
		return fmt.Sprintf("the next %d acknowledged texts are sent twice", n), nil
	}
	var after time.Duration
	if len(arg) > 1 {
		var err error
		if after, err = span(arg[1]); err != nil {
			return "", err
		}
	}
	s.DropAfterSend(n, after)
	return fmt.Sprintf("the connections will be cut %v after text %d from now on was sent", after, n), nil
}

// switched runs the controls that are on or off.
func (s *SMSC) switched(verb, arg string) (string, error) {
	if arg != "on" && arg != "off" {
		return "", fmt.Errorf("%w: %s takes on or off, not %q", ErrControl, verb, arg)
	}
	on := arg == "on"
	switch verb {
	case "stall":
		s.Stall(on)
	case "withhold":
		s.WithholdResp(on)
	default:
		status := pdu.ESME_ROK
		if on {
			status = pdu.ESME_RBINDFAIL
		}
		s.RefuseBinds(status)
	}
	return verb + " " + arg, nil
}

// refuse reads a status by number or by name.
func (s *SMSC) refuse(arg []string) (string, error) {
	if len(arg) == 0 {
		return "", fmt.Errorf("%w: refuse takes a status, such as 0x0b", ErrControl)
	}
	status, err := strconv.ParseUint(arg[0], 0, 32)
	if err != nil {
		return "", fmt.Errorf("%w: refuse takes a status such as 0x0b, not %q", ErrControl, arg[0])
	}
	n := -1
	if len(arg) > 1 {
		if n, err = strconv.Atoi(arg[1]); err != nil || n < 0 {
			return "", fmt.Errorf("%w: refuse takes a number of texts, not %q", ErrControl, arg[1])
		}
	}
	s.RefuseSubmits(pdu.Status(status), n)
	if n < 0 {
		return fmt.Sprintf("all texts to phones are refused with %v", pdu.Status(status)), nil
	}
	return fmt.Sprintf("the next %d texts to phones are refused with %v", n, pdu.Status(status)), nil
}

func span(arg string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(arg))
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%w: a time is written as 500ms or 2s, not %q", ErrControl, arg)
	}
	return d, nil
}

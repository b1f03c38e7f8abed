package smsc

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// submitControls are the faults of texts to phones and of receipts.
func submitControls() []control {
	return []control{
		{ControlHelp{"throttle", "SHARE", "refuse this share of the texts to phones for now, 0 to 1 or 0% to 100%"}, (*SMSC).controlThrottle},
		{ControlHelp{"refuse", "STATUS [DOSE]", "refuse texts to phones, all without a dose: refuse 0x0b 1"}, func(s *SMSC, args []string) (string, error) {
			st, err := status("refuse", one(args))
			d := Share(1)
			if err == nil && len(args) > 1 {
				d, err = ParseDose(args[1])
			}
			if err != nil {
				return "", err
			}
			s.Refuse(st, d)
			return fmt.Sprintf("texts to phones are refused with %v: %v", st, d), nil
		}},
		dosed("withhold", "do not answer texts to phones", "", (*SMSC).Withhold, "texts to phones are not answered: %v"),
		{ControlHelp{"late", "T [DOSE]", "answer texts to phones that much later, 0s for at once"}, func(s *SMSC, args []string) (string, error) {
			t, err := span(one(args))
			d := onOff(t > 0)
			if err == nil && len(args) > 1 {
				d, err = ParseDose(args[1])
			}
			if err != nil {
				return "", err
			}
			s.LateResp(t, d)
			return fmt.Sprintf("texts to phones are answered %v late: %v", t, d), nil
		}},
		named("answers", "spoil the answers to texts to phones", spoiledNames[1:], func(s *SMSC, i int, d Dose) { s.Spoil(Spoiled(i+1), d) }),
		{ControlHelp{"enroute", "T", "let texts take that long to the phones"}, func(s *SMSC, args []string) (string, error) {
			t, err := span(one(args))
			if err != nil {
				return "", err
			}
			s.Enroute(t)
			return fmt.Sprintf("texts take %v to the phones", t), nil
		}},
		{ControlHelp{"refuse-queries", "on|off|STATUS", "answer no query_sm, cancel_sm and replace_sm"}, (*SMSC).controlRefuseQueries},
		{ControlHelp{"receipts", "normal|off|hex|bare|payload|data_sm|late T|early T|state STAT|twice DOSE|odd DOSE", "how receipts look from now on; words add up"}, (*SMSC).controlReceipts},
	}
}

func (s *SMSC) controlThrottle(args []string) (string, error) {
	number, percent := strings.CutSuffix(one(args), "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return "", fmt.Errorf("%w: throttle takes a share from 0 to 1, not %q", ErrControl, one(args))
	}
	s.Throttle(share)
	return fmt.Sprintf("%.0f%% of the texts to phones are refused for now", share*100), nil
}

func (s *SMSC) controlRefuseQueries(args []string) (string, error) {
	st, err := refusal("refuse-queries", pdu.ESME_RINVCMDID, args)
	if err != nil {
		return "", err
	}
	s.RefuseQueries(st)
	if st == pdu.ESME_ROK {
		return "questions about texts are answered", nil
	}
	return fmt.Sprintf("questions about texts are refused with %v", st), nil
}

// controlReceipts changes what the words name and leaves the rest.
func (s *SMSC) controlReceipts(args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("%w: receipts takes a word, such as late 2s", ErrControl)
	}
	s.mu.Lock()
	r := *s.receiptsNow()
	base := s.cfg.Receipts
	s.mu.Unlock()
	for i := 0; i < len(args); i++ {
		value := one(args[i+1:])
		var err error
		switch args[i] {
		case "normal":
			r = base
			continue
		case "off":
			r.Off = true
			continue
		case "hex":
			r.HexID = true
			continue
		case "bare":
			r.Bare = true
			continue
		case "payload":
			r.Payload = true
			continue
		case "data_sm":
			r.DataSM = true
			continue
		case "late", "early":
			r.Delay, err = span(value)
			if args[i] == "early" {
				r.Delay = -r.Delay
			}
		case "state":
			r.State, err = stateNamed(value)
		case "twice":
			r.Twice, err = ParseDose(value)
		case "odd":
			r.Odd, err = ParseDose(value)
		default:
			err = fmt.Errorf("%w: receipts has no %q", ErrControl, args[i])
		}
		if err != nil {
			return "", err
		}
		i++
	}
	s.set(func(f *faults) { f.receipts = &r })
	return "receipts: " + strings.Join(args, " "), nil
}

// stateNamed reads a state as appendix B writes it.
func stateNamed(name string) (coding.MessageState, error) {
	for st := coding.StateEnroute; st <= coding.StateRejected; st++ {
		if stat(st) == strings.ToUpper(name) {
			return st, nil
		}
	}
	return 0, fmt.Errorf("%w: there is no state %q; DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD, ENROUTE", ErrControl, name)
}

func (s *SMSC) controlAlert(args []string) (string, error) {
	if len(args) == 0 || len(args) > 2 {
		return "", fmt.Errorf("%w: alert takes a phone", ErrControl)
	}
	availability := Available
	if len(args) == 2 {
		i := 0
		for ; i < len(availabilityNames) && availabilityNames[i] != args[1]; i++ {
		}
		if i == len(availabilityNames) {
			return "", fmt.Errorf("%w: a phone is available, denied or unavailable, not %q", ErrControl, args[1])
		}
		availability = Availability(i)
	}
	n, err := s.Alert(args[0], availability)
	return fmt.Sprintf("%d ESMEs were told", n), err
}

// outbindTime is how long an ESME has to take the connection.
const outbindTime = 5 * time.Second

func (s *SMSC) controlOutbind(args []string) (string, error) {
	if len(args) == 0 {
		return "", fmt.Errorf("%w: outbind takes the address of an ESME", ErrControl)
	}
	if _, _, err := net.SplitHostPort(args[0]); err != nil {
		return "", fmt.Errorf("%w: outbind takes an address such as 127.0.0.1:2776, not %q", ErrControl, args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), outbindTime)
	defer cancel()
	if err := s.Outbind(ctx, args[0], one(args[1:])); err != nil {
		return "", err
	}
	return "asked " + args[0] + " to bind", nil
}

package smsc

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/pdu"
)

// connectionControls are the faults of connections and binds.
func connectionControls() []control {
	return []control{
		{ControlHelp{"drop", "", "cut all connections now"}, func(s *SMSC, _ []string) (string, error) {
			return fmt.Sprintf("%d connections cut", s.Drop()), nil
		}},
		{ControlHelp{"cut", "in|out N|COMMAND [before|after [N]] [fin|stall]",
			"cut the connection N octets from now, or before or after the N-th such PDU: cut out submit_sm_resp before 3"}, (*SMSC).controlCut},
		switched("stall", "let no octet pass; nothing is lost", (*SMSC).Stall),
		switched("half-open", "swallow what is written, read nothing, leave the sockets open", (*SMSC).HalfOpen),
		{ControlHelp{"refuse-binds", "on|off|STATUS", "let nobody bind"}, (*SMSC).controlRefuseBinds},
		{ControlHelp{"garbage", "[N]", "write N octets that are no PDU, 64 without N"}, (*SMSC).controlGarbage},
		{ControlHelp{"oversize", "[LENGTH]", "write a header that says the PDU is that long, 0x7fffffff without it"}, (*SMSC).controlOversize},
		{ControlHelp{"raw", "HEX...", "write these octets between two PDUs"}, func(s *SMSC, args []string) (string, error) {
			octets, err := hex.DecodeString(strings.Join(args, ""))
			if err != nil || len(octets) == 0 {
				return "", fmt.Errorf("%w: raw takes octets in hexadecimal, such as raw 00000010 00000015 00000000 00000007", ErrControl)
			}
			return fmt.Sprintf("%d octets written to %d ESMEs", len(octets), s.Raw(octets)), nil
		}},
	}
}

// controlCut reads where a connection is to be cut.
func (s *SMSC) controlCut(args []string) (string, error) {
	wrong := func(what string) error {
		return fmt.Errorf("%w: cut is written as: cut out 100, cut in submit_sm after 2 fin; not with %q", ErrControl, what)
	}
	if one(args) == "off" {
		s.CutAt(nil)
		return "no cut", nil
	}
	if len(args) < 2 || args[0] != string(In) && args[0] != string(Out) {
		return "", wrong(strings.Join(args, " "))
	}
	p := CutPoint{Direction: Direction(args[0])}
	if n, err := strconv.ParseInt(args[1], 0, 64); err == nil && n > 0 {
		p.Octets = n
	} else if p.Command = commandByName(args[1]); p.Command == 0 && args[1] != "any" {
		return "", wrong(args[1])
	}
	for _, word := range args[2:] {
		n, err := strconv.Atoi(word)
		switch {
		case word == "before":
		case word == "after":
			p.After = true
		case word == "fin":
			p.FIN = true
		case word == "stall":
			p.Stall = true
		case err == nil && n > 0:
			p.Count = n
		default:
			return "", wrong(word)
		}
	}
	s.CutAt(&p)
	return "the connection that gets there will be cut", nil
}

// commandByName returns the command with that name, 0 if there is none.
func commandByName(name string) pdu.CommandID {
	for id := pdu.CommandID(1); id <= pdu.DataSM; id++ {
		for _, c := range [...]pdu.CommandID{id, id.Response()} {
			if c.Known() && c.String() == name {
				return c
			}
		}
	}
	if name == pdu.GenericNack.String() {
		return pdu.GenericNack
	}
	return 0
}

func (s *SMSC) controlRefuseBinds(args []string) (string, error) {
	st, err := refusal("refuse-binds", pdu.ESME_RBINDFAIL, args)
	if err != nil {
		return "", err
	}
	s.RefuseBinds(st)
	if st == pdu.ESME_ROK {
		return "binds are let in", nil
	}
	return fmt.Sprintf("binds are refused with %v", st), nil
}

// refusal reads on, off or a status: what a kind of request is refused with from now on, ESME_ROK for not at all.
func refusal(control string, usual pdu.Status, args []string) (pdu.Status, error) {
	switch word := one(args); word {
	case "on":
		return usual, nil
	case "off":
		return pdu.ESME_ROK, nil
	default:
		return status(control, word)
	}
}

// maxGarbage bounds what one control writes, in octets.
const maxGarbage = 1 << 20

func (s *SMSC) controlGarbage(args []string) (string, error) {
	n, err := count("garbage", args, 64)
	if err != nil || n > maxGarbage {
		return "", fmt.Errorf("%w: garbage takes a number of octets up to %d", ErrControl, maxGarbage)
	}
	octets := make([]byte, n)
	for i := range octets {
		octets[i] = byte(i*167 + 255) // begins as a length that cannot be
	}
	return fmt.Sprintf("%d octets of garbage written to %d ESMEs", n, s.Raw(octets)), nil
}

func (s *SMSC) controlOversize(args []string) (string, error) {
	length := uint64(0x7fffffff)
	if len(args) > 0 {
		var err error
		if length, err = strconv.ParseUint(args[0], 0, 32); err != nil {
			return "", fmt.Errorf("%w: oversize takes a length such as 70000, not %q", ErrControl, args[0])
		}
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(length))
	head = binary.BigEndian.AppendUint32(head, uint32(pdu.DeliverSM))
	head = append(head, 0, 0, 0, 0, 0, 0, 0, 1)
	return fmt.Sprintf("a header of a PDU of %d octets written to %d ESMEs", length, s.Raw(head)), nil
}

// deliveryControls are the faults of texts on their way to ESMEs.
func deliveryControls() []control {
	return []control{
		{ControlHelp{"drop-ack", "[N|SHARE]", "lose the N-th answer of the ESME from now on and cut the connection"}, func(s *SMSC, args []string) (string, error) {
			if n, err := count("drop-ack", args, 1); err == nil {
				s.DropBeforeAck(n)
				return fmt.Sprintf("answer %d from now on will be forgotten and the connection cut", n), nil
			}
			d, err := ParseDose(args[0])
			if err != nil {
				return "", fmt.Errorf("drop-ack: %w", err)
			}
			s.DropAcks(d)
			return fmt.Sprintf("answers are forgotten and the connection cut: %v", d), nil
		}},
		{ControlHelp{"drop-sent", "[N [T]]", "cut the connections the time T after the N-th text from now on went to the ESME"}, func(s *SMSC, args []string) (string, error) {
			n, err := count("drop-sent", args, 1)
			var after time.Duration
			if err == nil && len(args) > 1 {
				after, err = span(args[1])
			}
			if err != nil {
				return "", err
			}
			s.DropAfterSend(n, after)
			return fmt.Sprintf("the connections will be cut %v after text %d from now on was sent", after, n), nil
		}},
		dosed("duplicate", "send acknowledged texts twice", "1", (*SMSC).Duplicates, "acknowledged texts are sent twice: %v"),
		{ControlHelp{"resend", "[N]", "send the last N acknowledged texts again after the next bind"}, func(s *SMSC, args []string) (string, error) {
			n, err := count("resend", args, 1)
			if err != nil {
				return "", err
			}
			s.Resend(n)
			return fmt.Sprintf("the last %d acknowledged texts are sent again after the next bind", n), nil
		}},
		named("parts", "spoil long texts to the ESME", partsNames[:], func(s *SMSC, i int, d Dose) { s.SpoilParts(PartsFault(i), d) }),
		switched("collide", "give texts to the ESME the sequence numbers of its unanswered ones", (*SMSC).Collide),
	}
}

package smpp

import "shortfare/smpp/pdu"

// State is the state of a bind (SMPP 3.4 §2.2).
type State uint8

// The states, Unbound being the time between an unbind and the end of the connection.
const (
	Open     State = iota // connected, not bound
	BoundTX               // ESME may submit
	BoundRX               // SMSC may deliver
	BoundTRX              // both
	Unbound               // an unbind was sent or received
	Closed                // the connection is gone
)

// String returns the name SMPP 3.4 §2.2 gives the state.
func (s State) String() string {
	return [...]string{"OPEN", "BOUND_TX", "BOUND_RX", "BOUND_TRX", "UNBOUND", "CLOSED"}[s]
}

// states is a set of State.
type states uint8

const (
	inOpen  states = 1 << Open
	inTX    states = 1<<BoundTX | 1<<BoundTRX
	inRX    states = 1<<BoundRX | 1<<BoundTRX
	inBound        = inTX | inRX
	inAny   states = 1<<Closed - 1
)

// mayIssue returns the states in which an end may send a request: SMPP 3.4 §2.3, table 2-1. enquire_link is allowed in OPEN too, since
// there are peers that send it before they bind, and answering does no harm.
func mayIssue(id pdu.CommandID, from Role) states {
	switch id {
	case pdu.EnquireLink:
		return inAny
	case pdu.Unbind:
		return inBound
	case pdu.DataSM:
		if from == ESME {
			return inTX
		}
		return inRX
	case pdu.BindReceiver, pdu.BindTransmitter, pdu.BindTransceiver:
		if from == ESME {
			return inOpen
		}
	case pdu.SubmitSM, pdu.SubmitMulti, pdu.QuerySM, pdu.CancelSM, pdu.ReplaceSM:
		if from == ESME {
			return inTX
		}
	case pdu.Outbind:
		if from == SMSC {
			return inOpen
		}
	case pdu.DeliverSM, pdu.AlertNotification:
		if from == SMSC {
			return inRX
		}
	}
	return 0
}

// allows reports whether an end in state s may send id.
func (s State) allows(id pdu.CommandID, from Role) bool { return mayIssue(id, from)&(1<<s) != 0 }

// boundBy returns the state that a bind leads to.
func boundBy(bind pdu.CommandID) State {
	switch bind {
	case pdu.BindTransmitter:
		return BoundTX
	case pdu.BindReceiver:
		return BoundRX
	default:
		return BoundTRX
	}
}

// busy returns the status that makes the peer try again later: the message stays with it.
func busy(id pdu.CommandID) pdu.Status {
	if id == pdu.DeliverSM || id == pdu.DataSM {
		return pdu.ESME_RX_T_APPN
	}
	return pdu.ESME_RTHROTTLED
}

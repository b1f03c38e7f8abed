package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// parseAccount reads NAME:PASSWORD[,OPTION=VALUE...]. The error has no password.
func parseAccount(text string) (name string, a smsc.Account, err error) {
	words := strings.Split(text, ",")
	name, password, ok := strings.Cut(words[0], ":")
	if !ok || name == "" {
		return "", a, errors.New("an account is written NAME:PASSWORD, with options after commas")
	}
	a.Password = password
	for _, word := range words[1:] {
		option, value, _ := strings.Cut(word, "=")
		var err error
		switch option {
		case "bind":
			kinds := map[string]pdu.CommandID{"transceiver": pdu.BindTransceiver, "receiver": pdu.BindReceiver, "transmitter": pdu.BindTransmitter}
			kind, ok := kinds[value]
			if !ok {
				err = fmt.Errorf("there is no bind %q", value)
			}
			a.Binds = append(a.Binds, kind)
		case "binds":
			a.MaxBinds, err = strconv.Atoi(value)
		case "rate":
			a.Rate, err = strconv.ParseFloat(value, 64)
		case "window":
			a.Window, err = strconv.Atoi(value)
		case "receipts":
			if a.NoReceipts = value == "off"; !a.NoReceipts && value != "on" {
				err = errors.New("receipts are on or off")
			}
		case "code":
			a.ShortCodes = append(a.ShortCodes, value)
		default:
			err = fmt.Errorf("there is no option %q", option)
		}
		if err != nil {
			return "", a, fmt.Errorf("account %q: %w", name, err)
		}
	}
	return name, a, nil
}

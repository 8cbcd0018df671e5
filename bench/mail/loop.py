"""python -m bench.mail.loop PORT FILE: sends ready-made messages over one connection, no more.

Prints how many a second as messages, which smtplib writes out, and how many as bytes.
"""

import email
import json
import smtplib
import sys
import time
from base64 import b64decode
from email.policy import SMTP

from servers.ports import HOST

if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        ready = [
            (sender, to, email.message_from_bytes(b64decode(content), policy=SMTP))
            for sender, to, content in json.load(file)
        ]
    as_bytes = [(sender, to, message.as_bytes()) for sender, to, message in ready]
    with smtplib.SMTP(HOST, int(sys.argv[1])) as connection:
        began = time.monotonic()
        for sender, to, content in as_bytes:
            connection.sendmail(sender, to, content)
        flat = time.monotonic() - began
        cpu, began = time.process_time(), time.monotonic()
        for sender, to, message in ready:
            connection.send_message(message, sender, to)
        took = time.monotonic() - began
        used = time.process_time() - cpu
    number = len(ready)
    found = {"rate": number / took, "cpu": used * 1000 / number, "flat": number / flat}
    print(json.dumps(found))

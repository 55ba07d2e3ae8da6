"""Why a mail came back: the words of mail servers, then the codes of RFC 3463, to one reason.

The reasons, what each means and the words that other tools use for it are in ``docs/developper/courriels-lus.md``.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Reason(StrEnum):
    """Why a mail came back."""

    UNKNOWN_USER = "unknown_user"
    UNKNOWN_HOST = "unknown_host"
    MOVED = "moved"
    NO_MAIL_SERVICE = "no_mail_service"
    MAILBOX_FULL = "mailbox_full"
    SUSPENDED = "suspended"
    FILTERED = "filtered"
    EXPIRED = "expired"
    NETWORK = "network"
    SENDER_REFUSED = "sender_refused"
    BLOCKED = "blocked"
    BAD_REPUTATION = "bad_reputation"
    NO_REVERSE_DNS = "no_reverse_dns"
    NOT_AUTHENTICATED = "not_authenticated"
    POLICY = "policy"
    SECURITY = "security"
    SPAM = "spam"
    VIRUS = "virus"
    CONTENT = "content"
    TOO_BIG = "too_big"
    TOO_MANY = "too_many"
    RELAYING = "relaying"
    SYSTEM = "system"
    MAILER = "mailer"
    SYNTAX = "syntax"
    ON_HOLD = "on_hold"
    COMPLAINT = "complaint"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"


#: The address itself is at fault: writing there again is useless.
OF_THE_ADDRESS = frozenset({Reason.UNKNOWN_USER, Reason.UNKNOWN_HOST, Reason.MOVED, Reason.NO_MAIL_SERVICE})
#: Reports that name no enhanced status get one of the private range x.0.9nn, as bounce tools do (Sisimai's numbers).
PRIVATE_STATUS = {
    Reason.UNKNOWN_USER: "911", Reason.UNKNOWN_HOST: "912", Reason.MOVED: "916", Reason.NO_MAIL_SERVICE: "932",
    Reason.MAILBOX_FULL: "922", Reason.SUSPENDED: "921", Reason.FILTERED: "910", Reason.EXPIRED: "947",
    Reason.NETWORK: "944", Reason.SENDER_REFUSED: "918", Reason.BLOCKED: "971", Reason.BAD_REPUTATION: "975",
    Reason.NO_REVERSE_DNS: "974", Reason.NOT_AUTHENTICATED: "976", Reason.POLICY: "972", Reason.SECURITY: "970",
    Reason.SPAM: "980", Reason.VIRUS: "973", Reason.CONTENT: "960", Reason.TOO_BIG: "934", Reason.TOO_MANY: "945",
    Reason.RELAYING: "909", Reason.SYSTEM: "930", Reason.MAILER: "939", Reason.SYNTAX: "902", Reason.ON_HOLD: "901",
    Reason.UNKNOWN: "900",
}  # fmt: skip

#: In this order: the first that matches wins, the particular before the general.
_WORDS: tuple[tuple[Reason, str], ...] = (
    (Reason.FILTERED, r"recipients was rejected by a remote"),
    (Reason.CONTENT, r"headers? too (?:large|long|big)|multiple addresses in"),
    (
        Reason.EXPIRED,
        r"queue too long|retry time|not going to try again|could not be delivered (?:for|within|in the last)"
        r"|giving up(?! on)|delivery failed \d+ attempts"
        r"|for the last \d+ (?:seconds|hours|days)|aborted after|connection timed out"
        r"|did not accept our requests to connect|deferred: connection timed|cannot send (?:message )?for \d+",
    ),
    (
        Reason.NO_MAIL_SERVICE,
        r"malformed or unexpected name server reply|indicated no smtp service|no smtp service for",
    ),
    (Reason.VIRUS, r"virus|infected|malware|trojan"),
    (
        Reason.POLICY,
        r"(?:for|by|due to|local|company|security|organi[sz]ation) polic|policy (?:reason|violation|reject)",
    ),
    (
        Reason.SPAM,
        r"black ?listed (?:url|link)|\b[us]ribl|content (?:was |is |has been )?(?:rejected|refused|denied)|\bsurbl",
    ),
    (
        Reason.NOT_AUTHENTICATED,
        r"\bspf\b|\bdkim\b(?!-signature)|dmarc|unauthenticated e?-?mail|domain ?keys|sender id failed"
        r"|authentication (?:information|checks?|results)|fails? to pass",
    ),
    (
        Reason.NO_REVERSE_DNS,
        r"reverse dns|\bptr\b|\brdns\b|no reverse|mismatches client ip|reverse (?:hostname|lookup|address)"
        r"|cannot find your hostname|cannot resolve your (?:address|host)|fix your dns|hostname .{0,40}does not resolve"
        r"|unresolvable|forward-confirmed|ip name lookup failed|without a (?:valid )?(?:hostname|name)",
    ),
    (Reason.BAD_REPUTATION, r"reputation|poor standing|sending history|user complaints|unexpected volume"),
    (
        Reason.MAILBOX_FULL,
        r"(?:mail|in)? ?box .{0,30}(?:is |too )?full|mailbox ?full|\bfull mailbox|over (?:the )?(?:disk |storage "
        r"|mail ?box )?quota|quota (?:is )?"
        r"(?:exceeded|violation|full)|exceed\w* .{0,40}quota|quota .{0,30}exceed|disk quota|mailbox .{0,40}(?:size"
        r"|storage) limit"
        r"|insufficient (?:disk |mailbox |user )?(?:space|storage)|out of (?:disk |mailbox )?(?:space|storage)"
        r"|(?:account|mailbox|inbox|user) (?:is |has )?(?:over|exceed\w*|full)|too much (?:mail|data|storage)"
        r"|not enough (?:disk |storage )?space|exceeded .{0,40}(?:storage|mailbox|allocation|space)|boîte .{0,30}pleine"
        r"|bo[iî]te aux lettres pleine|postfach .{0,20}voll|buz[oó]n .{0,20}lleno|casella .{0,20}piena"
        r"|postvak .{0,20}vol\b"
        r"|caixa .{0,20}cheia|maildir .{0,20}over|mailfolder is full|message store .{0,30}full|delivery to .{0,50}full",
    ),
    (
        Reason.TOO_BIG,
        r"message (?:size|length|is|was|file)?.{0,30}(?:exceeds|too (?:big|large|long))|(?:size|length) exceeds"
        r"|too (?:big|large)"
        r"|exceeds? .{0,40}(?:maximum|fixed|allowed|administrative) .{0,20}(?:size|limit|length)|maximum message size"
        r"|max message size"
        r"|size limit|messages? larger than",
    ),
    (
        Reason.RELAYING,
        r"relay(?:ing)? (?:access )?(?:denied|not (?:permitted|allowed)|prohibited|refused|is not|forbidden)"
        r"|unable to relay"
        r"|(?:not|n't) (?:permitted|allowed|authori[sz]ed)? ?to relay|cannot relay|do(?:es)? ?n.t relay|do not relay"
        r"|no relaying"
        r"|relaying (?:mail )?to|insecure mail relay|not (?:an? )?(?:open )?relay|not in (?:my"
        r"|our) (?:list of allowed )?rcpthosts|mail server requires authentication when",
    ),
    (
        Reason.MOVED,
        r"(?:user|recipient|account|address|mailbox|customer) (?:has |have )?(?:moved|been moved|been replaced"
        r"|changed)|not our customer"
        r"|address (?:has|was) changed|(?:has been |is )?replaced by|new address|no longer (?:works|with|at|employed)",
    ),
    (
        Reason.SUSPENDED,
        r"(?:account|mailbox|user|recipient|address|box|destinataire).{0,60}(?:disabled|suspended|inactive|not active"
        r"|deactivated|closed"
        r"|locked|discontinued|expired|on vacation|terminated|d[ée]sactiv|suspendu)|(?:disabled|suspended|inactive"
        r"|deactivated) (?:user|account"
        r"|mailbox|recipient|address)|account (?:that you tried to reach )?is (?:disabled|inactive)"
        r"|temporarily inactive|mailbox currently suspended",
    ),
    (
        Reason.TOO_MANY,
        r"too many (?:connections?|recipients?|messages?|concurrent|sessions|simultaneous|mails?|smtp|errors|emails)"
        r"|rate[- ]?limit|throttl"
        r"|(?:connection|message|sending|receiving) (?:rate|frequency)|too fast|exceeded .{0,50}(?:rate|connections"
        r"|messages per|hourly|daily)"
        r"|maximum (?:number of )?(?:connections|sessions)|limit on the number|simultaneous connection|unusual rate"
        r"|frequency|tarpit|daily .{0,30}(?:limit|quota)",
    ),
    (
        Reason.BLOCKED,
        r"black ?list|block ?list|\bdnsbl|\brbls?\b|sorbs|spamhaus|spamcop|barracuda|blocked using|service refus"
        r"|client host rejected",
    ),
    (
        Reason.SPAM,
        r"\bspam|spam\b|junk ?mail|unsolicited|\buce\b|\bubce?\b|bulk (?:e?-?mail|mail)|spamassassin"
        r"|considered .{0,20}(?:spam|junk)|pourriel"
        r"|mail rejete|appears to be (?:unsolicited|bulk)|high .{0,20}score|phishing|cloudmark",
    ),
    (
        Reason.BLOCKED,
        r"\bdul\b|blocked (?:by|-)|smtp server of your isp"
        r"|(?:ip|host|server|network|client|connection|sender|domain|site|machine"
        r"|address(?:es)? range)\b.{0,60}(?:blocked|banned|block(?:ing)?\b|barred)"
        r"|(?:blocked|banned|denied|refused|rejected|listed).{0,30}\b(?:ip|host|server|network|client)\b"
        r"|connections? (?:from .{0,60})?(?:not accepted|rejected|denied)"
        r"|refused to talk to me|dynamic .{0,20}(?:ip|address|host|pool)|(?:helo|ehlo).{0,40}(?:reject|invalid"
        r"|denied)|service not available, clos|"
        r"closing transmission|you are not allowed to connect|access (?:from .{0,50}|to this mail .{0,30})?(?:denied"
        r"|refused).{0,40}\bip\b|no smtp service"
        r"|^\W*(?:\d{3}[ -])?(?:[245]\.\d\.\d+ )?(?:blocked|rejected|banned)\W*$|must be .{0,20}whitelist"
        r"|invalid ip for sending",
    ),
    (
        Reason.SENDER_REFUSED,
        r"(?:unrout|unresolv|unverif|bad|invalid|unknown)\w* sender|google groups|groups\.google|sender (?:address "
        r"|domain )?(?:rejected|denied|refused|unknown|verif\w+|not|is not|address .{0,40}(?:reject|invalid|not))"
        r"|domain of sender|invalid sender"
        r"|mail from .{0,60}(?:reject|refus|not|denied|invalid)|backscatter|bad sender|purported|sender verif"
        r"|rejected mail from|(?:from|return|envelope).{0,20}address .{0,40}"
        r"(?:not|reject|invalid|does|unverifi)|sender .{0,60}(?:not allowed|not exist|does not|unresolv|cannot)"
        r"|<> .{0,30}(?:not|reject)|null sender|refused .{0,20}sender"
        r"|email address is not verified|not (?:a )?verified|message[- ]?id .{0,20}reject|rejected .{0,30}return-path"
        r"|you are not allowed to send|not (?:authori[sz]ed|allowed|permitted) to send"
        r"|from .{0,60}is (?:not allowed|rejected)",
    ),
    (
        Reason.NO_MAIL_SERVICE,
        r"(?:does|do|did) ?(?:not|n.t) accept (?:any )?(?:e?-?mails?|messages|smtp)|null ?mx|no mx\b|does ?n.t accept"
        r"|does not (?:receive|host) (?:e?-?mail|this)"
        r"|mail is not accepted|not accepting (?:mail|messages)|smtp is not|is not (?:a )?mail (?:host|server)"
        r"|mx (?:record|host)s? .{0,40}(?:invalid|not|point)|unable to lookup mx"
        r"|no mail (?:server|exchanger|service)|host/domain does not accept"
        r"|name server: .{0,100}: (?:host found but )?no (?:data|mx)|recipients? .{0,30}domain .{0,20}no mx",
    ),
    (
        Reason.MAILER,
        r"procmail|command (?:died|failed|returned|output|time|line)|unknown mailer|mailer (?:error|program|failed)"
        r"|exit (?:status|code|value)|exited|x-unix|local delivery failed"
        r"|child process|pipe (?:to|command|\|)|\|/\S+|deliver: |maildrop|vdeliver|unable to run|user-defined filter"
        r"|\.forward|error in (?:the )?(?:alias|delivery)|return code",
    ),
    (
        Reason.UNKNOWN_HOST,
        r"host (?:or domain (?:name )?)?(?:is )?(?:unknown|not found)|unknown host|host \S+ (?:is )?(?:not found"
        r"|unknown)|(?:^|\s)(?:[a-z0-9-]+\.)+[a-z]{2,} does not exist|(?:domain|hostname"
        r"|domain name)\b.{0,80}(?:not found|does not exist"
        r"|doesn.t exist|unknown|not exist|invalid|not reachable|could not be found|couldn.t be found|inexistant"
        r"|n.existe pas)|no such (?:domain|host)|name or service not known|nxdomain|no address associated"
        r"|can.?t find any host|unroute?able (?:mail )?(?:domain|address)|lookups? failed permanently"
        r"|bad destination (?:system|host)|illegal host|non-?existent (?:host|domain|server)|invalid (?:domain|host)"
        r"|can.?t resolve"
        r"|recipient domain|server .{0,40}could not be found|no (?:answer|response) from (?:dns|name)"
        r"|dns .{0,40}(?:no such|non-existent|not exist)|address resolution .{0,30}fail|can.t locate domain",
    ),
    (
        Reason.UNKNOWN_USER,
        r"(?:user|recipient|account|mailbox|address|local ?part|addressee|mail ?box|username|login|alias|customer"
        r"|subscriber|destinataire|person)s?\b.{0,60}(?:\bunknown|not (?:be )?found|not (?:exist|known|here|listed"
        r"|recogni[sz]ed|valid|a valid|in|registered|have|active)|does ?n.t (?:exist|have)|is invalid|does not"
        r"|doesn.t|no longer|non-existent|nonexist|could ?n.t be found|inconnu|n.existe|unbekannt|desconocid"
        r"|no existe|sconosciut|inesistente|onbekend|desconhecid|isn.t|wasn.t found|rejected|reject|invalid|ambiguous"
        r"|incorrect|illegal|undeliverable)"
        r"|(?:unknown|invalid|no such|bad|nonexistent|non-existent|unrouteable|unroutable|undeliverable|not a valid"
        r"|no) (?:destination |local |virtual |email |e-mail |final |rcpt |address |mailbox )?"
        r"(?:user|recipient|account|mailbox|address|mail ?box|person|addressee|alias|login|local|here"
        r"|delivery address|to:)|not (?:a )?(?:known|valid|local) (?:user|address|mailbox|recipient|account)"
        r"|recipnotfound|recipientnotfound"
        r"|who are you looking|(?:does not|doesn.t) (?:exist|have an?)|no one here|unknown or illegal|undefined"
        r"|no hay ning|utilisateur inconnu|benutzer .{0,20}unbekannt|adresse .{0,20}(?:inconnue|invalide|n.existe)"
        r"|見つかりません|存在しません|不存在|user not|\.1\.1 requested action not taken|no such|not listed in|no user"
        r"|sorry, no mailbox|can.t find"
        r"|unable to (?:find|deliver to) .{0,30}(?:user|recipient)|is not (?:a )?(?:member|valid)|mailbox .{0,20}not"
        r"|bad recipient",
    ),
    (
        Reason.NETWORK,
        r"too many hops|\bloop|hop count|connection (?:was |has been )?(?:refused|reset|lost|dropped|closed|broken"
        r"|failed|interrupted|terminated)|lost connection|no route to host|network (?:is )?(?:unreachable|error"
        r"|failure)|host (?:is )?(?:unreachable|down)"
        r"|dns (?:query|lookup|error|fail)|name lookup fail|could(?: not|n.t) connect|(?:unable|failed) to (?:connect"
        r"|establish)|could(?: not|n.t) (?:be )?(?:establish|contact|reach)|server (?:is )?(?:down|not responding"
        r"|unavailable)|name (?:service|server) error|domain .{0,30}points back|broken pipe|wasn.t able to establish"
        r"|all hosts"
        r"|no (?:remote )?(?:host|server)s? (?:available|could)|bad (?:connection|dns)|can.t connect|unreachable"
        r"|config error: mail loops|unable to lookup",
    ),
    (
        Reason.EXPIRED,
        r"timed ?out|time[- ]?out|expired|retry time|too long|(?:still|keep|continue).{0,20}(?:trying|retr)"
        r"|not (?:been |be )?(?:possible|delivered).{0,60}(?:hours|days|minutes)|(?:days|hours|minutes).{0,40}(?:not"
        r"|fail|without)"
        r"|g[ai]ve? up|in (?:the |my )?queue|delayed|delivery time|no response|undeliver\w+ .{0,60}(?:days|hours)"
        r"|after \d+ (?:days?|hours?)|retries|lifetime|has been (?:trying|delayed)",
    ),
    (
        Reason.SYSTEM,
        r"(?:local|server|system|internal|configuration|mail ?system|database|directory|remote server"
        r"|service)\b.{0,30}(?:error|problem|misconfig|failure|trouble)|out of memory|no space left"
        r"|insufficient system|(?:cannot|can.t|could not|unable to) (?:open|create|write|lock|exec|read|append)"
        r"|i/o error|disk full|resources? (?:temporarily )?(?:unavailable|exhausted|shortage)"
        r"|service (?:is )?(?:currently |temporarily )?(?:unavailable|not available)|aliasing|temporary (?:local "
        r"|lookup )|interrupted|malfunction",
    ),
    (
        Reason.SECURITY,
        r"authrequired|authentication (?:is )?(?:required|failed)|not authenticated|unauthenticated|access denied"
        r"|must (?:issue|use) .{0,20}(?:tls|auth)|starttls|not authori[sz]ed|permission denied|security|encrypt"
        r"|password|insecure|sendmail .{0,20}auth|unauthori[sz]ed|is not permitted|credential",
    ),
    (
        Reason.POLICY,
        r"polic|violat|prohibit|not accepted for|forbidden|administrative(?:ly)?|restrict"
        r"|by (?:the )?(?:administrator|rule|filter)|transport\.rules|unacceptable|organi[sz]ation"
        r"|this message (?:has been|was) (?:rejected|blocked)|not (?:wanted|welcome)|disallow|denied by|rejected by"
        r"|moderat",
    ),
    (
        Reason.CONTENT,
        r"content|duplicate header|(?:invalid|illegal|missing|bad|malformed|multiple|too long"
        r"|improper).{0,20}(?:header|subject|message|mime|charset|address(?:es)? in|from:|line)|8.?bit|character set"
        r"|attachment|line (?:is )?too long|header .{0,30}(?:not|error|missing|invalid|reject)|rfc ?\d{3,4}"
        r"|multiple addresses",
    ),
    (
        Reason.SYNTAX,
        r"syntax error|unrecogni[sz]ed|bad sequence|protocol error|invalid command|out of sequence|not implemented"
        r"|bad command|command not",
    ),
    (
        Reason.FILTERED,
        r"recipient preferences|rejected by (?:the )?recipient|mailbox unavailable|(?:requested )?action not taken"
        r"|because the recipient .{0,60}(?:reject|not accept)|not (?:allowed|accepted) .{0,40}(?:recipient|user)"
        r"|recipient .{0,20}only accepts|unlisted|filter",
    ),
    (
        Reason.ON_HOLD,
        r"temporar|grey ?list|gray ?list|try (?:again )?later|later\b|deferred|unknown (?:error|reason)|on hold",
    ),
)
_RULES = tuple((reason, re.compile(words, re.I | re.M)) for reason, words in _WORDS)

#: RFC 3463 and the registry of enhanced status codes (IANA), when the words say nothing.
_CODES = {
    "1.1": Reason.UNKNOWN_USER, "1.2": Reason.UNKNOWN_HOST, "1.3": Reason.UNKNOWN_USER, "1.4": Reason.UNKNOWN_USER,
    "1.6": Reason.MOVED, "1.7": Reason.SENDER_REFUSED, "1.8": Reason.SENDER_REFUSED, "1.9": Reason.SENDER_REFUSED,
    "1.10": Reason.NO_MAIL_SERVICE, "1.0": Reason.UNKNOWN_USER, "2.0": Reason.FILTERED, "2.1": Reason.SUSPENDED,
    "2.2": Reason.MAILBOX_FULL, "2.3": Reason.TOO_BIG, "2.4": Reason.FILTERED, "3.0": Reason.SYSTEM,
    "3.1": Reason.SYSTEM, "3.2": Reason.NO_MAIL_SERVICE, "3.3": Reason.SYSTEM, "3.4": Reason.TOO_BIG,
    "3.5": Reason.SYSTEM, "4.0": Reason.NETWORK, "4.1": Reason.EXPIRED, "4.2": Reason.NETWORK, "4.3": Reason.SYSTEM,
    "4.4": Reason.NO_MAIL_SERVICE, "4.5": Reason.SYSTEM, "4.6": Reason.NETWORK, "4.7": Reason.EXPIRED,
    "5.0": Reason.SYNTAX, "5.1": Reason.SYNTAX, "5.2": Reason.SYNTAX, "5.3": Reason.TOO_MANY, "5.4": Reason.SYNTAX,
    "5.6": Reason.SYNTAX, "6.0": Reason.CONTENT, "6.1": Reason.CONTENT, "6.2": Reason.CONTENT, "6.3": Reason.CONTENT,
    "6.5": Reason.CONTENT, "6.7": Reason.CONTENT, "6.9": Reason.CONTENT, "7.0": Reason.POLICY, "7.1": Reason.POLICY,
    "7.2": Reason.POLICY, "7.3": Reason.SECURITY, "7.4": Reason.SECURITY, "7.5": Reason.SECURITY,
    "7.7": Reason.SECURITY, "7.8": Reason.SECURITY, "7.9": Reason.POLICY, "7.13": Reason.SUSPENDED,
    "7.17": Reason.MOVED, "7.20": Reason.NOT_AUTHENTICATED, "7.21": Reason.NOT_AUTHENTICATED,
    "7.22": Reason.NOT_AUTHENTICATED, "7.23": Reason.NOT_AUTHENTICATED, "7.24": Reason.NOT_AUTHENTICATED,
    "7.25": Reason.NO_REVERSE_DNS, "7.26": Reason.NOT_AUTHENTICATED, "7.27": Reason.NO_MAIL_SERVICE,
    "7.28": Reason.TOO_MANY, "7.29": Reason.NOT_AUTHENTICATED,
}  # fmt: skip
#: Codes so particular that the words beside them are only their comment.
_SURE = frozenset("1.2 1.6 1.7 1.8 2.2 2.3 3.4 4.3 4.6 7.13 7.25 7.26".split())
_SURE_FOR_NOW = frozenset({"4.1", "4.7"})
_SUBJECT_DETAIL = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})")


def reason_of(words: str, status: str = "") -> Reason | None:
    """The reason that a server's words and its enhanced status give; None when neither says anything."""
    for reason, rule in _RULES:
        if rule.search(words):
            return reason
    return _CODES.get(_detail(status))


def particular(status: str) -> Reason | None:
    """The reason of a code so particular that the words beside it are only its comment."""
    detail = _detail(status)
    return _CODES[detail] if detail in _SURE or (detail in _SURE_FOR_NOW and status.startswith("4")) else None


def _detail(status: str) -> str:
    match = _SUBJECT_DETAIL.fullmatch(status)
    return "" if match is None or match[1] == "0.0" else match[1]

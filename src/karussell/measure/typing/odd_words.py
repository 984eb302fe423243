"""Words that are right although no dictionary has them: our own lists."""

_PRODUCTS = """
iPhone iPad iPod iMac macOS iOS iCloud MacBook AirPods AirDrop FaceTime iTunes iMessage iPadOS
watchOS tvOS GitHub GitLab YouTube LinkedIn WhatsApp TikTok PayPal eBay FedEx PlayStation
WordPress JavaScript TypeScript CoffeeScript ActionScript PostScript PowerPoint OneDrive OneNote
SharePoint OpenOffice LibreOffice YouTuber DoorDash AirBnB eBook eReader eCommerce eSports
ThinkPad ChromeBook ChromeOS OpenAI ChatGPT DeepMind TensorFlow PyTorch NumPy SciPy MatPlotLib
OpenCV OpenGL DirectX WebGL WebRTC WebSocket WebAssembly GraphQL MySQL PostgreSQL SQLite MongoDB
NoSQL MariaDB CouchDB DynamoDB BigQuery CloudFront CloudFlare DigitalOcean OpenStack OpenShift
VirtualBox VMware DropBox BitBucket SourceForge StackOverflow HackerNews CodePen FreeCodeCamp
jQuery AngularJS NodeJS ReactJS VueJS ExpressJS NextJS ESLint BrowserSync WebPack LaTeX BibTeX
LeTeX HomeKit HealthKit CarPlay SmartThings LastPass BlackBerry InDesign SoundCloud SnapChat
FaceBook MySpace BuzzFeed BitCoin LiteCoin DogeCoin NatWest HarperCollins MasterCard AutoCAD
SketchUp CinemaScope AstraZeneca GlaxoSmithKline PricewaterhouseCoopers McDonald McAfee McKinsey
MacArthur DeMarco O'Reilly VanDyke LeBron DiCaprio DeVito SpaceX xAI nVidia GeForce RealTek
FireWire ThunderBolt BlueTooth WiFi HiFi SciFi LoFi PhD BSc MSc TVs PCs CDs DVDs URLs APIs PDFs
GPUs CPUs SSDs NGOs IDs VIPs kHz MHz GHz kWh mAh dB pH
"""
_CHAT_WORDS = """
lol lmao lmfao rofl roflmao haha hahaha hehe heh hihi muahaha brb afk gtg g2g ttyl tty cya bbl bbs
omg omfg wtf wth idk idc idgaf ikr imo imho imao fyi btw tbh ngl fr frfr smh ffs jk jks nvm nm np
nw nbd thx thnx tnx ty tysm tyvm yw yvw plz pls plss u ur urs r y ya yall yep yup yeah yess yesss
nah nope naw gonna wanna gotta gimme lemme dunno kinda sorta lotta outta coulda woulda shoulda
musta hafta oughta needa tryna finna imma ima whatcha gotcha betcha cuz cos coz bc b4 l8r gr8 m8
2day 2moro 2nite w8 bday bff bf gf bestie hubby sis bro bruh bruv dude dudes fam peeps homie
homies boi gurl hun luv luvs xoxo xx ily ilysm lysm tmi rn atm asap irl dm dms pm pms tl dr tldr
eta eod eow wfh ootd tbt fomo yolo goat goated lit sus sussy cringe simp stan noob noobs n00b newb
newbie pwn pwned gg ggwp ez op nerf lfg afaik afaict iirc iiuc icymi ianal ymmv wip lgtm sgtm ptal
ftw ftl fwiw faq diy nsfw sfw hmm hmmm hmmmm mmm mhm mmhmm ugh ughh meh bleh blah eww ewww yikes
yay yayy woot woohoo whoa woah wow wowza omw hbu wbu wyd wya hmu lmk ofc obv obvs def defo deffo
prob probs probly prolly tho altho thru tonite nite gnite gn gm mornin evenin goin doin comin
nothin somethin lovin livin thinkin lookin talkin workin playin ain innit amirite wassup wazzup
sup soz sry sorreh ok okay okey okie okies okk kk k mkay alrighty aight ight welp whelp oof oops
oopsie whoopsie uhh uhm umm ummm err erm argh aargh grr grrr pfft psst shh shhh tsk ooh oooh ahh
ahhh aww awww yea yeh ye yass slay vibes vibin salty hangry selfie selfies vlog vlogs podcast app
apps repo repos config configs dev devs sysadmin admin admins mod mods chmod sudo grep ssh regex
json yaml csv html css js npm async param params
"""
_BARE = """
aint arent cant couldnt didnt doesnt dont hadnt hasnt havent im isnt itll ive mightnt mustnt
neednt shouldnt thats thatll thatd theres theyd theyll theyre theyve wasnt werent whats wheres
wont wouldnt youd youll youre youve yall hes shes whos weve itd shouldve couldve wouldve
"""

PRODUCTS = tuple(_PRODUCTS.split())
"""Names with capitals inside."""

CHAT_WORDS = tuple(_CHAT_WORDS.split())
"""What people write in chats."""

DOMAINS = ("com", "org", "net", "io", "de", "co.uk", "dev", "app")
"""Ends of addresses."""

BARE_CONTRACTIONS = frozenset(_BARE.split())
"""English contractions without their apostrophe, those that are no words of their own."""

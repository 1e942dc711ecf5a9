"""Words that stand in names of people and are ordinary words, places or given names as well; and given names."""

from __future__ import annotations

from functools import cache

# Surnames, nicknames and last words of display names that mean something else where they stand alone
_NATURE = """
aalto aas ager aho ala alho alm ask bach backa bank bech beck berg berga berget bjarg bjerg bjerk björk björn bjørk
bjørn blad blom blomma blomst blomster bly bor borg bosk brand brandt brink bro broe bron brun bruun bryn bugge busk
bæk bøg dahl dal dale dalen dalur dam damm del delta due dufva duva dyb eik ejby ek elg elm ender eng enge engel
engen espe fabel falk falke farm field fields fisk fisker fjall fjeld fjell fjord fjörður fleur flod flower flowers
flygare forest fors foss fox fred frost fugl fågel gaard gade gran granat gren grene grund grön grøn guld gull gård
haf haga hage hagen halla hane harju hav have haven havn hede hegn heide heikki helle hill hills hirvi hjort hjorth
hlíð holm holme holmen holt hovi hraun hund hus huset hval hvid hvide hyld höst høj høst høy is jord juhl jul juul
kallio kangas kanin karhu kari kat kilde kirk kirke kivi klint klippe klit koch kock koivu kok kors koski krog krogh
kukka kuu kuusi kvist kyst laakso lahti lake lampi land lang lange lau lav lavin leaf lehti lehto lepistö lilja
lilje lille lind linde linden lintu ljung ljus lo lund lunde lunden luoto lyng lynge lys løv løve maa mane mark
marken metsä mose myr mäkelä mäki måne månsken natt nes niemi niitty nord nordic norppa north nurmi nyland ocean oja
olive ora orre pelto pil pind plante pohja puro ranta rask rauta ravn regn rinne ris river rock rocks roos ros rose
rosen ræv rönn rød røn saari salmi salo sand seppä seppälä sjö skog skogen skov skoven sky skygge sne snow snö sol
sole sommar sommer star stars steen stein sten stenen stjerne stjärna stone storm stormur strand stranden ström
strøm sund sunde suo susi sv svan svane syd syrjä sól sø søe sør taivas talvi tammi tang torn torp tree troll träd
træ tuuli tåge uhl ulv ulven ung uusi vaara valley vand vandet vang vass vatn vatten vej vest vester vik viken vind
vinden vinge vinter vinther virta vuori vík water wave waves west wind winter wolf wood woods yli å åberg åker ås
örn ört öster ø ørn øst øster þorp
"""
_PEOPLE = """
age aged ages ask april bent bo bjarne else even fin finn glad june kim kit lykke max mai maj odd pax per rita rune
siv stig storm tone tor vera vilde
aasen abbot admin alene alenius andre angel angels army aune baby bad bager bagge bagger baker bakke bakken ball
band bar barber barn barnet beast beauty bedre bee best big bill bird bishop bitch black blond blood blue bock body
bold bolstad bond bonde book boss boström bot boy boys brask brave bread brodd brother brown bruger brukare
brukernavn brygger bråten buddy bull bush butcher butler bäck cake captain carpenter cash castle cat cats champion
chance change channel chat chef chief child children christ church city class clay cloud club coach coffee cold cook
cool cooper cop cow crazy cross crow crown cruz cute dad daddy dag dahle damage dame dance dancer danger dansk
danska danske danskere dark darling date dawn day days dead dean death deer degn demon devil diamond dog dogs doll
dottir dove dragon dream dreams dreng dreyer driver drost dude duke dum dumme dust dyer eagle earl earth east eide
elephant else end energy eng evil eye eyes face fader fager faith fall family fan far farmer farvel fast fat father
fighter film fin fire fish fisher fisker fit flame fletcher flink fly fod foged folk folket fool force ford forever
forum fossum foto france frank free freedom freeman frei french fri fria frid friend friends frihed frihet friis
frisk fru frue fun funk future gal gamble game gamer games gammal gammel garden gardener gate general gent german
ghost giant girl girls glad glans glory glover goat god gods gold golden goldsmith good grace grand graver gray
great green greve grey group grupp gruppe guard guest gun guy gyllen hagen hair hall hammer hand handler hands happy
hard hardy hare harm hart hate haug haugen hawk head heart heaven hegge hell helland hello help her hero herr herre
herring hertz hest high history hjelm hjelp hjem hjemme hjælp hof holiday holy home honey hood hop hope horn horse
hot house hovmand hunt hunter husmand hval hård hök ice ideal info inside iron island itself jack jarl jern jewel
job joy judge jungle junior just justice jäsen jæger kaffe kaiser kamp kanal kanalen kanava kaptajn karl kat katt
key kid kids kind king kings kiss kjell klang kling klog klok knight knud knægt kock kofod kold kolde kong konge
kongen kraft kramer krans krig kriger krise kruse kunde kung kunst kusk kvinde kvinder kvinna käck käyttäjä lad lady
lager lamb lane lans lark last law lawyer leader lee legend li liar liberty lie lien life light lights like lilja
lion little liv live livet living lod lord lost love lover low luck lucky luft lustig lykke læge løken machine mad
magic magnus malm man mand mann mans map march marine market marsh mason master matter may me mean media medlem
mercer mester mig miller mills mind minister miss mod moder modig moe moen mom monday money monk monkey monster moon
moor mor more morgen morgon morning mother mountain munk munter mus music musik my myhr myhre møl mølle møller
møllers müller naked name nation native nature ner nerd nes ness never new news nice night nights ninja nissen no
noble none normal norman norsk norska norske nose nothing now nu nurse ny nye nygård næss odden old one online open
order original ost other owl own page pain painter pal palm paradise park parker party past patriot peace pearl
pedal penny people pepper person pet phoenix piece pig pige pigen pihl pike pilot pink piper pirate place plan
player plum pointer police pony poor pope porter post potter power pride priest prince princess princessa prins
prinsessa prinsesse prip private pro problem promise prytz præst præsten public puppy pure queen quick rabbit race
radio rain rainbow rapp rask rasmus rat raven real reason rebel red rich ridder right ring rise ro road robin robot
rode rolig roll room root rosell rot royal rud run runner russ rust ruud ryder rytter rømer rønning sad safe sage
saint sale salt same sand sande sandhed sandheden sandvik sannhed sannhet sannheten sanning savage sawyer sax school
sea second secret seed self sense service sex sexy shadow shark sharp shepherd ship shit shoemaker short show sick
side silence silver simple sin singer sister skaar skarp skat skipper skjold skog skole skov sky skytt skytte sköld
slave sleep slim slot slow small smart smed smedja smidt smile smith snake snedker snow soldat soldier solheim solo
son song soul sound south space spang sparre spear speed spencer spets spider spillemand spirit spist spjut sport
spring square stand star stark state steel stene step stick still stolt stop stor stora store stories story stout
strand strange street strid strong sträng strøm stud student style ståhl stål støtte sugar sun sunday sunde sunshine
super supreme svane sven svend svensk svenska svenske sverige svärd sværd sweet swift sword system tak talk tangen
tank tanner taylor teacher team temple test thatcher thing things think thomas thorn thunder tid tiger tili time
times tiny today toft tofte toldbod top tor torv tower town toy trader trast travel traveler trick trip trolle
trouble true trust truth trygg tube turner tv tveit twin tyler tømmer uncle ung unga unge union unique united
univers universe unknown user vagn vagt valid van varg vass vegan vegner veteran via victory video view vik viking
vikings vild vilde village vind virgin virus vogn vogter voice voigt voll vores våben våge vång wahl walk walker
wall war ward ware warrior watch way weaver web webster weird wester white who wife wild will wise wish witch wizard
woman women wonder word words work worker working world worth wow wright wrong yard year yes young youth zero zone
åsen öman østby
"""
_PLACES = """
bergen
aalborg aarhus africa afrika akranes akureyri alta amager america amerika arendal asia asien berlin blekinge bodø
bornholm borås britain brussels bruxelles brøndby china copenhagen dalarna danmark denmark drammen england esbjerg
esbo eskilstuna espoo europa europe falster finland france frankrig fredericia frederikshavn fredrikstad fyn
færøerne gaza gellerup germany gjøvik gladsaxe gotland grønland gävle göteborg haderslev hafnarfjörður halden
halland halmstad hamar hamburg harstad haugesund helsingborg helsingfors helsingør helsinki herning hillerød
hisingen hjørring holstebro horsens hvidovre hämeenlinna hørsholm húsavík iceland india indien irak iran iraq
ireland irland island israel italien italy japan jerusalem joensuu jylland jyväskylä jönköping kalmar karlstad
keflavík kiev kina kokkola kolding kongsberg kotka kouvola kristiansand kristianstad kuopio kyiv kópavogur københavn
køge lahti lappeenranta lappland larvik lillehammer linköping lolland london luleå lund madrid malmö mikkeli molde
moskva moss narvik norden norge norrköping norrland norway nyborg næstved nørrebro odense oslo oulu palestina
palestine palæstina paris poland polen pori porvoo randers reykjavik reykjavík ringsted rinkeby rom rome rosengård
roskilde rovaniemi rusland russia salo sandefjord sandnes sarpsborg scandinavia scotland seinäjoki selfoss silkeborg
sjælland skandinavien skien skive skotland skåne slagelse småland somalia spain spanien stavanger stockholm
sundsvall suomi svendborg sverige sweden syria syrien södertälje sønderborg taastrup tammerfors tampere tensta texas
thisted trollhättan tromsø trondheim turkey turku tyrkiet tyskland tønsberg ukraina ukraine uleåborg umeå uppland
uppsala usa vaasa valby vanda vanløse vantaa vasa vejle vesterbro viborg vienna visby vollsmose västerås växjö
warszawa washington wien york åbo åland ålborg ålesund århus ísland öland örebro östersund østerbro
"""
# Given names, of people in the Nordic countries; they show that a name of two words is a
_GIVEN = """
aage aase abdi abdirahman abdul abdullah adam adele adil agnes agneta ahmad ahmed aino ajla aksel alan albert
alberte aleksander alex alexander alexandra alf alfred ali alice alicia alina alma alva alvar alvin amal amalie
amanda amin amina amir amira anders andre andrea andreas andrei anette angelica anita anja anke ann anna annabel
anne annelise annemarie annette anni annika annikki ante antero anton antti anya arash ari arild arja arne aron
arthur arttu artturi arvid asbjørn asger ask aslaug asmus asta astrid atle august aukusti aurora axel ayan aylin
ayse bahar barbro bastian beata beate benedikte bengt benjamin benny bent bente berit bernt bertha bertil bettina
bilal birger birgir birgit birgitta birgitte birte birthe bjarke bjarne bjarni bjarte björk björn bjørg bjørn bo
bodil bogdan boris bosse brian brit britt britta bruno bryndís börje børge camilla carina carl carla carlos carolina
caroline cassandra cecilia cecilie charlotte chris christel christer christian christina christine christoffer
christopher claes clara claus clemens connie conny cornelia daga dagmar dagny dan dani daniel daniela danny david
daði dennis diana didrik ditte dmitri dorte dorthe dorthea ebba ebbe eddie edith edvard edvin egil eigil eija eila
eilif einar eino eira eirik eirin eivind elena elias elif elin elina elinor elisa elisabet elisabeth elise ella
ellen ellinor elliot elna elsa else elsebeth elvira emelie emil emilia emilie emily emine emma emmi enes erik erika
erkki erling ernst esa esben esko espen essi ester esther eva evald eveliina eyvind fadi fadumo faisal fanny farah
fatemeh fatima fatma felicia felix filip filippa finn finnur flemming florian folke frank frans freddy frederik
frederikke fredrik fredrika freja freyja frida frode gabriel gabriella geir georg gerd gerda gert gisela gitta gitte
glenn greta grete grethe gro gudrun gunhild gunilla gunnar gunvor gustav guðmundur guðrún gísli göran gösta haakon
hafsteinn haidar hakan halfdan halima halldór halvor hamid hamza hana hanan hanna hannah hanne hannele hannes hannu
hans harald haraldur haris harri harriet harry hasan hassan havard hedda hedvig heidi heikki helen helena helene
helga helge helgi helle hemming henning henri henriette henrik henry herbert herdis herman hilda hilde hildur hilma
hilmar hjalmar hjördís holger hugo hulda huseyin hussain hussein håkan håkon håvard ian iben ibrahim ida idris idun
ilkka ilmari ilona ilse iman ines inga inge ingeborg ingemar inger ingi ingibjörg ingmar ingolf ingrid ingvar
ingvild irene irina iris irja irma isa isabel isabella isak ismail ivan ivar iver jacob jakob jalmari jamal james
jan jane janina janine janne jannik jannike jari jarkko jarl jarle jarmo jasmin jasmine jason jeanette jenni jennie
jennifer jenny jens jeppe jere jesper jesse jessica jette jim jimmi jimmy joachim joakim joanna johan johanna
johannes john johnny jon jonas jonatan jonathan jone jonna jorma jorn josef josefin josefine joseph josephine
jostein jouko jouni juha juhana juhani juho jukka julia julian julie julius jussi justus jyri jyrki jytte jákup
jóhann jóhanna jóhannes jón jóna jónas jörgen jørgen jørn kaarina kaarlo kai kaisa kaj kajsa kalervo kalle kamal
kamilla karen kari karim karin karina karl karla karolina karoline karsten kaspar kasper kasra katarina katarzyna
kate katharina kathrine katja katri katrin katrine katrín kay keijo keld ken kenneth kenny kent kerstin kerttu ketil
khadija khaled kia kim kimmo kira kirsi kirsten kirsti kirstine kjartan kjell kjersti kjetil klara klaus knud knut
konrad krista kristen krister kristian kristiina kristin kristina kristine kristinn kristján kristofer kristoffer
krystyna kurt kyösti kåre laila lars lasse lasze laura lauri laust lea leena leif leila lena lene lenita leo leon
leonard leonora leyla lia liam lieselotte liisa lilian lillemor lilli lillian lilly lina linda linnea linus lisa
lisbet lisbeth lise liselotte liv liva loke lone lotta lotte louise lovisa lucas lucia ludvig luis luka lukas lukasz
luna lydia lykke maarit madeleine mads magda magdalena magga magne magnhild magnus mahmoud mai maia maija maiken maj
maja malene malin malte marcus maren margareta margareth margarethe margit margrethe margrét mari maria mariam
marianna marianne marie mariela marika marina mario marit marita mariusz marja marjatta marjo marjut mark markku
marko markus marlene marta marte marthe martin martta marwa mary maryam masoud mathias mathilde matias matilda mats
matti mattias max may mehdi mehmet melissa merete meri mert mette mia michael michaela michal michelle mie miia
miika miikka mika mikael mikaela mike mikkel mikko milad milan milla mille milo mimi mina minna mira miriam mirja
mirjam mirka mogens mohamed mohammad mohammed mona monica monika morten muhammad muhammed muna murat mustafa märta
nadia nadine naima najib nanette nanna naomi natalia natalie natascha natasha nawal nelly nicholas nick niclas
nicola nicolai nicolaj nicole niels niilo nikita niklas niko nikolai nikolaj nils nima nina noah noel noomi noor
nora nour oda odd oddny oddvar ola olaf olafur olav olavi ole oleg olena olga oliver olivia olof omar oona oscar
oskar oskari osman ossi otto outi ove paavo palle pamela patricia patrick patrik patrycja paul paula pauli pauliina
paulina pekka pelle per pernilla pernille pertti peter petr petra petri petter pia pierre piotr pirjo pirkko poul
páll päivi pär pål rabia rachel ragna ragnar ragnhild raija raimo rakel ralf ramon rana randi rania rasmus rauni
rebecca rebecka rebekka regina reidar reidun reija reijo reima reza ricardo richard riikka rikard rikke risto rita
ritt ritva robert robin roger roland rolf roman ronja ronni ronny rosa roy ruben runar rune ruth rúnar saara sabina
sabine sabrina saga sahra said saku salah salim salma sam sami samir samira sampo samuel samuli sandra sanna sanne
santeri sara sarah sari satu saul sebastian seija selma seppo sergei serhii severin shirin sigfrid signe sigrid
sigrún sigurd sigurður sigvard siham silja silje silvia simo simon simone sindre siri siv siw snorri sofia sofie
solfrid solveig solvej sondre sonja sophia sophie stefan stefania steffen stefán steinar steinunn stella sten
stephan stig stina stine sture sumaya sunniva susan susann susanna susanne svante svein sveinn sven svend svenn
sverre svetlana sylvi sylvia sylwia synne synnøve sören søren tahir taina taisto tanja tapani tapio tariq tarja
tatiana tatjana ted teemu teija terese thea theis theo theodor theresa thomas thor thora thorbjørn thorkild thorsten
tiina tilde tim timo tina tobias toini toivo tom tomas tomasz tommi tommy tone toni tonje tonny tor tora torben
torbjörn torbjørn tord tore torfinn torgeir torill torsten torunn torvald tove trine troels trond trygve tuija
tuomas tuomi tuomo turid tuula tuva tyge tyra uffe ulf ulla ulrich ulrik ulrika ulrikke unni urho ursula vagn
valdemar valtteri veera veikko vera veronica vesa vibeke victor victoria vidar vigdis vigdís viggo viivi viktor
viktoria vilde vilhelm ville vilma vincent viola viveka vladimir wael walid walter wendy werner wiktoria wilhelm
william wilma yasmin yassin yassine yngve youssef yrsa yusuf yvonne zahra zainab zara zeinab zeynep zofia åge åsa
åse ægir ólafur östen özlem øivind øystein øyvind þorsteinn þór þóra
"""
# What a platform shows in place of a name
NOBODY = frozenset((
    "deleted account", "deleted user", "telegram user", "facebook user", "instagram user", "youtube "
                                                                                           "user", "reddit "
                                                                                                   "user",
                                                                                                   "discord user",
    "unknown user", "unknown account", "anonymous member", "anonymous participant", "anonymous user", "group "
                                                                                                      "member",
                                                                                                      "group admin",
    "group participant", "you joined", "no name", "not available", "slettet konto", "slettet bruger", "ukendt "
                                                                                                      "bruger",
                                                                                                      "anonymt medlem",
    "anonym deltager", "facebook bruger", "raderat konto", "borttaget konto", "borttagen användare", "okänd "
                                                                                                     "användare",
                                                                                                     "anonym medlem",
    "anonym användare", "slettet bruker", "ukjent bruker", "anonym bruker", "poistettu tili", "poistettu "
                                                                                              "käyttäjä",
                                                                                              "tuntematon käyttäjä",
    "nimetön jäsen", "eyddur notandi", "óþekktur notandi",
))
HONORIFICS = frozenset((
    "mr", "mrs", "ms", "dr", "prof", "sir", "hr", "fr", "fru", "frk", "herr", "frøken", "fröken", "rouva", "herra",
    "frú",
))


def _listed(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


@cache
def given_names() -> frozenset[str]:
    """Return given names that are common in the Nordic countries, in lower case."""
    return _listed(_GIVEN)


@cache
def function_words() -> frozenset[str]:
    """Return words such as *and*, *her* and *under* of the Nordic languages and English, in lower case."""
    import stopwordsiso

    return frozenset(stopwordsiso.stopwords(["da", "sv", "no", "fi", "en"]))


@cache
def ordinary_words() -> frozenset[str]:
    """Return words that stand in names and mean something else as well, in lower case.

    Nature, trades, peoples, places, what display names are made of, and function words.
    """
    return _listed(_NATURE, _PEOPLE, _PLACES) | function_words()

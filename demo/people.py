"""Random names for the demo's signers, with an email address for each.

Any likeness to a real person is a coincidence: first names and family names are among the most
common of each language, and every email address is in example.org (RFC 2606).
"""

from dataclasses import dataclass
from random import Random

from anyascii import anyascii
from django.utils.text import slugify


@dataclass(frozen=True)
class Names:
    """First names of women and men, and family names; "Иванова:Иванов" has a form for each."""

    women: str
    men: str
    families: str
    family_first: bool = False
    between: str = " "

    def pick(self, random: Random) -> str:
        of_women = random.random() < 0.53
        first = random.choice((self.women if of_women else self.men).split())
        forms = random.choice(self.families.split()).split(":")
        family = forms[0] if of_women else forms[-1]
        parts = (family, first) if self.family_first else (first, family)
        return self.between.join(parts).replace("_", " ")


NAMES = {
    "english": Names(
        "Alice Amelia Charlotte Ellen Emily Fiona Grace Hannah Helen Joan Kate Laura Lucy Megan "
        "Olivia Rachel Rebecca Ruth Sarah Sophie",
        "Adam Andrew Ben Callum Daniel David Ewan George Harry Jack James John Liam Matthew Owen "
        "Patrick Peter Simon Thomas William",
        "Adams Bell Brown Campbell Clarke Davies Evans Green Hall Harris Hughes Jackson Johnson "
        "Kelly Lewis Martin Mitchell Moore Murphy O’Brien O’Connor Parker Reid Roberts Scott "
        "Smith Taylor Thompson Ward White Wilson Wright Young",
    ),
    "french": Names(
        "Agnès Amélie Anaïs Camille Cécile Chloé Claire Élodie Françoise Hélène Inès Jeanne "
        "Julie Léa Manon Margaux Marie-Claude Nathalie Océane Sylvie Zoé",
        "Alain Antoine Benoît Clément Étienne François Gaël Guillaume Hugo Jean-Luc Jérôme Julien "
        "Loïc Lucas Mathieu Nicolas Olivier Pierre Rémi Théo",
        "André Bernard Blanc Bonnet Chevalier Dubois Dupont Durand Faure Fontaine Fournier Garnier "
        "Girard Lambert Lefèvre Leroy Marchand Mercier Moreau Petit Renard Roussel Vidal",
    ),
    "german": Names(
        "Anja Anna Birgit Christine Elke Franziska Gudrun Hanna Jana Johanna Katrin Lena Leonie "
        "Marie Monika Petra Sabine Silke Ursula Ute",
        "Andreas Bernd Christian Dieter Felix Florian Frank Günther Jan Jonas Jürgen Klaus Lukas "
        "Markus Matthias Moritz Paul Stefan Tobias Uwe",
        "Bauer Becker Braun Fischer Fuchs Hartmann Hoffmann Huber Jäger Keller Koch König Krämer "
        "Krüger Lang Maier Meyer Müller Neumann Schäfer Schmidt Schröder Schulz Vogel Wagner Weiß",
    ),
    "spanish": Names(
        "Alba Ana Beatriz Carmen Catalina Elena Inés Isabel Laura Lucía María Marta Mónica Nuria "
        "Paula Pilar Rocío Rosa Sofía Ximena",
        "Alejandro Álvaro Andrés Antonio Carlos Diego Emilio Enrique Hernán Íñigo Javier Joaquín "
        "José Juan Luis Manuel Martín Pablo Raúl Sergio",
        "Álvarez Castro_Ruiz Díaz Domínguez Fernández García García_López Gómez González "
        "Gutiérrez Hernández Jiménez López Martínez Molina Morales Moreno Muñoz "
        "Navarro Núñez Ortega Pérez Ramírez Rodríguez Romero Sánchez Torres Vázquez",
    ),
    "italian": Names(
        "Alessia Anna Chiara Elena Federica Francesca Giulia Ilaria Lucia Martina Paola Silvia",
        "Alessandro Andrea Davide Enrico Fabio Giovanni Luca Marco Matteo Nicolò Paolo Stefano",
        "Barbieri Bianchi Colombo Conti Costa De_Luca Esposito Ferrari Fontana Gallo Greco Mancini "
        "Marino Ricci Rinaldi Romano Rossi Russo",
    ),
    "portuguese": Names(
        "Ana Beatriz Catarina Conceição Inês Joana Leonor Luísa Mariana Marta Sofia Teresa",
        "André Bruno Duarte Gonçalo Henrique João José Miguel Nuno Paulo Tiago",
        "Almeida Araújo Carvalho Costa da_Silva dos_Santos Fernandes Ferreira Gomes Lopes "
        "Magalhães Mendes Oliveira Pereira Ribeiro Rodrigues Simões Sousa",
    ),
    "dutch": Names(
        "Anne Eva Fleur Ingrid Janneke Lotte Marieke Saskia Sanne Wilma",
        "Bas Daan Geert Hendrik Jeroen Joost Maarten Pieter Sander Willem",
        "Bakker Bos de_Boer de_Vries Dekker Jansen Mulder Smit van_den_Berg van_der_Meer van_Dijk "
        "Visser Vos",
    ),
    "nordic": Names(
        "Anna Astrid Elin Emma Freja Hanne Ingrid Karin Kirsten Liv Maja Sigrid Solveig Åsa",
        "Anders Bjørn Erik Henrik Jens Johan Kåre Lars Magnus Mikkel Nils Olav Søren Torbjörn",
        "Andersen Andersson Berg Dahl Eriksson Hansen Haugen Holm Johansen Jørgensen Karlsson "
        "Lindberg Lund Nilsson Nygård Olsen Sandström Sørensen",
    ),
    "polish": Names(
        "Agnieszka Anna Barbara Ewa Joanna Julia Katarzyna Małgorzata Zofia Żaneta",
        "Andrzej Jakub Jan Krzysztof Łukasz Marek Michał Paweł Piotr Tomasz",
        "Dąbrowska:Dąbrowski Kaczmarek Kamińska:Kamiński Kowalska:Kowalski Lewandowska:Lewandowski "
        "Mazur Nowak Szymańska:Szymański Wiśniewska:Wiśniewski Wójcik Zielińska:Zieliński",
    ),
    "russian": Names(
        "Алина Анастасия Анна Валентина Вера Дарья Екатерина Елена Ирина Ксения Людмила Мария "
        "Наталья Ольга Полина Светлана Татьяна Юлия",
        "Алексей Андрей Антон Борис Виктор Владислав Григорий Дмитрий Евгений Иван Илья Кирилл "
        "Максим Михаил Николай Павел Сергей Фёдор",
        "Белова:Белов Васильева:Васильев Волкова:Волков Егорова:Егоров Зайцева:Зайцев "
        "Иванова:Иванов Козлова:Козлов Кузнецова:Кузнецов Лебедева:Лебедев Морозова:Морозов "
        "Никитина:Никитин Новикова:Новиков Орлова:Орлов Павлова:Павлов Петрова:Петров "
        "Семёнова:Семёнов Смирнова:Смирнов Соколова:Соколов Фёдорова:Фёдоров",
    ),
    "ukrainian": Names(
        "Алла Ганна Ірина Катерина Леся Людмила Оксана Олена Соломія Юлія",
        "Андрій Богдан Василь Ігор Іван Микола Олег Остап Сергій Тарас",
        "Бондаренко Гончар Коваленко Кравченко Лисенко Мельник Олійник Павленко Поліщук Савченко "
        "Ткаченко Шевчук",
    ),
    "greek": Names(
        "Αικατερίνη Άννα Βασιλική Δήμητρα Ελένη Ιωάννα Μαρία Σοφία",
        "Αντώνης Γιάννης Γιώργος Δημήτρης Κώστας Νίκος Παναγιώτης Σπύρος",
        "Αγγέλου:Αγγέλου Αντωνίου Βασιλείου Γεωργίου Δημητρίου Ιωάννου Νικολάου Οικονόμου "
        "Παπαδοπούλου:Παπαδόπουλος",
    ),
    "turkish": Names(
        "Aslı Ayşe Çiğdem Elif Emine Fatma Gülşen İpek Şule Zeynep",
        "Ahmet Barış Çağrı Emre Hüseyin İbrahim Mehmet Murat Ömer Yiğit",
        "Acar Arslan Aydın Çelik Demir Doğan Kaya Kılıç Öztürk Şahin Yıldız Yılmaz",
    ),
    "arabic": Names(
        "أمل إيمان خديجة دينا رانيا ريم زينب سارة سلمى عائشة فاطمة ليلى مريم منى نور هدى",
        "أحمد إبراهيم بلال حسن خالد زياد سامي طارق عادل علي عمر كريم محمد محمود يوسف ياسين",
        "التونسي الحداد الخطيب السيد الشامي العلوي المصري النجار بن_سالم حسين حمدان خليل سليمان "
        "عبد_الرحمن قاسم منصور ناصر",
    ),
    "persian": Names(
        "زهرا سارا شیرین لیلا مریم مینا نرگس نسرین",
        "آرش امیر بهرام حسین رضا سعید کاوه مهدی",
        "احمدی اکبری جعفری حسینی رضایی صادقی کریمی محمدی مرادی",
    ),
    "hindi": Names(
        "अंजलि आशा कविता दीपा नेहा पूजा प्रिया मीना राधा सुनीता",
        "अजय अनिल अमित दीपक मनोज मोहन राजेश राहुल विजय संजय",
        "अग्रवाल कुमार गुप्ता चौहान जोशी पटेल मिश्रा यादव वर्मा शर्मा सिंह",
    ),
    "chinese": Names(
        "芳 静 丽 敏 秀英 雪梅 婷婷 晓燕 佳怡 雨桐",
        "伟 军 磊 建国 志明 海涛 俊杰 浩然 子轩",
        "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 林 高",
        family_first=True,
        between="",
    ),
    "japanese": Names(
        "愛 恵子 直美 美咲 由美 陽菜 さくら 裕子",
        "健 大輔 翔太 誠 拓也 浩 直樹 蓮",
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田",
        family_first=True,
    ),
    "korean": Names(
        "지영 수진 민지 은주 서연 하은 유진 미경",
        "민수 지훈 영호 성민 준호 도윤 현우 재석",
        "김 이 박 최 정 강 조 윤 장 임",
        family_first=True,
        between="",
    ),
    "african": Names(
        "Abena Achieng Amina Chiamaka Fatoumata Ifeoma Nia Thandiwe Wanjiru Zodwa",
        "Chinedu Juma Kamau Kofi Kwame Mamadou Olumide Otieno Sipho Tendai",
        "Adeyemi Boateng Diallo Dlamini Kamau Mensah Moyo Mwangi Nkosi Okafor Okoro Traoré",
    ),
}


def signer(names: str, number: int, random: Random) -> tuple[str, str]:
    """Return a name as somebody would type it, and an ASCII email address that nobody can have."""
    name = NAMES[names].pick(random)
    local = slugify(anyascii(name.replace("’", ""))).replace("-", ".") or "somebody"
    chance = random.random()
    if chance < 0.03:
        name = name.lower()
    elif chance < 0.04:
        name = name.upper()
    return name, f"{local}.{number}@example.org"
